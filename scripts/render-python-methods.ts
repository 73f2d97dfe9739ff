import type { ToolContract } from '../src/contract/tools/contract.ts';
import { allTools } from '../src/tools/all-tools.ts';
import { jsonSchema, textKeys } from './render-wrapper-methods.ts';

const HEAD = `# Generated from the contracts of the tools, do not edit: npm run gen
"""A method for each tool of iris, in the spelling of Python."""

UNSET = object()


class ToolMethods:
`;

/** The methods of the client for Python. */
export function renderPythonMethods(): string {
  return HEAD + allTools.map(({ contract }) => method(contract)).join('\n');
}

function method(contract: ToolContract): string {
  const keys = contract.positional.length === 0 ? ['input'] : contract.positional;
  const parameters = keys.map((key) => `, ${snake(key)}=UNSET`).join('');
  const given =
    contract.positional.length === 0
      ? '{"input_": input}'
      : `{${keys.map((key) => `"${key}": ${snake(key)}`).join(', ')}}`;
  const texts = textKeys(contract);
  const tuple = texts.length === 0 ? '' : `, (${texts.map((key) => `"${key}",`).join(' ')})`;
  const all = Object.keys(jsonSchema(contract, 'input').properties ?? {}).map(snake);
  return `    def ${snake(contract.method)}(self${parameters}, **named):
        """${contract.text.replaceAll('\\', '\\\\').replaceAll('"""', "'''")}

        Keywords: ${all.join(', ')}.
        """
        return self._call_tool("${contract.name}", ${given}, named${tuple})
`;
}

/** Words that Python keeps for itself, of those that a tool could take. */
const RESERVED: ReadonlySet<string> = new Set([
  'as',
  'class',
  'def',
  'from',
  'global',
  'import',
  'in',
  'is',
  'not',
  'or',
]);

function snake(name: string): string {
  const spelled = name.replaceAll(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
  return RESERVED.has(spelled) ? `${spelled}_` : spelled;
}
