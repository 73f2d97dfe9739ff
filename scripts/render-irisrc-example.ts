import { stringify } from 'yaml';
import { CONFIG_KEYS, type ConfigKey } from '../src/config/config-keys.ts';

const HEAD = `# Generated from src/config/schema.ts by npm run gen; do not edit.
# Every key of .irisrc with its default. Copy what you want to change into .irisrc, as YAML or JSON.
# Secrets do not belong here: set E2B_API_KEY in the environment, and pass others by name with iris run -e NAME.
`;

/** A commented .irisrc that says what iris does anyway. */
export function renderIrisrcExample(): string {
  return HEAD + CONFIG_KEYS.map(renderKey).join('');
}

function renderKey(key: ConfigKey): string {
  const indent = '  '.repeat(key.path.length - 1);
  const gap = key.path.length === 1 ? '\n' : '';
  const comment = `${indent}# ${key.description}\n${indent}# Takes ${key.expected}.\n`;
  const name = key.path.at(-1) ?? '';
  if (key.isGroup) return `${gap}${indent}# ${key.description}\n${indent}${name}:\n`;
  if (key.defaultValue === undefined) return `${gap}${comment}${indent}# ${name}:\n`;
  return `${gap}${comment}${indent}${stringify({ [name]: key.defaultValue })}`;
}
