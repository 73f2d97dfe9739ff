import { createTwoFilesPatch } from 'diff';
import { IrisError } from '../../core/errors.ts';
import type { PromptFormat, PromptTemplate } from './prompt-text.ts';

/** A version of a prompt as far as comparing needs it. */
export interface ComparedPrompt {
  readonly name: string;
  readonly version: number;
  readonly hash: string;
  readonly format: PromptFormat;
  readonly template: PromptTemplate;
  readonly variables: readonly string[];
  readonly config: Readonly<Record<string, unknown>>;
}

export interface PromptDifference {
  readonly isEqual: boolean;
  /** Unified; empty where the templates are equal. */
  readonly diff: string;
  readonly configDiff: string;
  readonly linesAdded: number;
  readonly linesRemoved: number;
  readonly formats: readonly PromptFormat[];
  readonly variables: { readonly added: readonly string[]; readonly removed: readonly string[] };
}

const MAX_MS = 2000;

/** Compares two versions of a prompt. Throws IRIS_LIMIT_EXCEEDED where that takes too long. */
export function diffPrompts(from: ComparedPrompt, to: ComparedPrompt): PromptDifference {
  const names = { from: labelOf(from), to: labelOf(to) };
  const diff = unified(names, templateText(from.template), templateText(to.template));
  const lines = diff.split('\n').slice(4);
  return {
    isEqual: from.hash === to.hash,
    diff,
    configDiff: unified(names, settingsText(from.config), settingsText(to.config)),
    linesAdded: lines.filter((line) => line.startsWith('+')).length,
    linesRemoved: lines.filter((line) => line.startsWith('-')).length,
    formats: [from.format, to.format],
    variables: {
      added: to.variables.filter((name) => !from.variables.includes(name)),
      removed: from.variables.filter((name) => !to.variables.includes(name)),
    },
  };
}

function unified(names: { readonly from: string; readonly to: string }, from: string, to: string): string {
  if (from === to) return '';
  const patch = createTwoFilesPatch(names.from, names.to, from, to, undefined, undefined, {
    context: 3,
    timeout: MAX_MS,
  });
  if (patch !== undefined) return patch;
  throw new IrisError('IRIS_LIMIT_EXCEEDED', `${names.from} and ${names.to} differ too much to be compared`, {
    hint: 'Read both: prompt_get.',
  });
}

function templateText(template: PromptTemplate): string {
  return typeof template === 'string'
    ? template
    : template.map(({ role, content }) => `[${role}]\n${content}\n`).join('\n');
}

/** Postgres keeps the keys of a JSON object in an order of its own, which is the same for both. */
function settingsText(config: Readonly<Record<string, unknown>>): string {
  return Object.keys(config).length === 0 ? '' : `${JSON.stringify(config, null, 2)}\n`;
}

function labelOf({ name, version }: ComparedPrompt): string {
  return `${name}@${version}`;
}
