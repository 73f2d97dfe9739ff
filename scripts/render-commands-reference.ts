import { commandFacts, type CommandFacts } from '../src/cli/command-facts.ts';
import { buildProgram } from '../src/cli/program.ts';

/** The reference of every command, from the table that they are made of. */
export function renderCommandsReference(): string {
  const [main, ...commands] = commandFacts(buildProgram({ distDir: '', words: [], exitCode: 0 }));
  const runnable = commands.filter(({ path }) => !commands.some((other) => isBelow(other, path)));
  return `<!-- Generated from src/cli/program by npm run gen; do not edit. -->

# Commands

\`iris --help\` and \`--help\` after any command say the same. \`--no-input\` is taken everywhere: nothing is asked then.

${main === undefined ? '' : optionsTable(main)}

${runnable.map(renderCommand).join('\n')}`;
}

function isBelow({ path: inner }: CommandFacts, outer: readonly string[]): boolean {
  return inner.length > outer.length && outer.every((word, at) => inner[at] === word);
}

function renderCommand(command: CommandFacts): string {
  const { path, text, aliases, arguments: words } = command;
  const usage = words.map(({ name, isRequired, isRepeated }) => {
    const word = isRepeated ? `${name}...` : name;
    return isRequired ? `<${word}>` : `[${word}]`;
  });
  return [
    `## \`${['iris', ...path, ...usage].join(' ')}\``,
    aliases.length === 0 ? text : `${text} Also as \`${aliases.join('`, `')}\`.`,
    ...(words.length === 0
      ? []
      : [words.map(({ name, text: about }) => `- \`${name}\`: ${inCell(about)}`).join('\n')]),
    optionsTable(command),
  ].join('\n\n');
}

function optionsTable({ options }: CommandFacts): string {
  const own = options.filter(({ names }) => !names.includes('--help'));
  if (own.length === 0) return '';
  const rows = own.map(({ flags, text }) => `| \`${flags.replaceAll('|', '\\|')}\` | ${inCell(text)} |`);
  return `| Option | |\n| --- | --- |\n${rows.join('\n')}\n`;
}

/** A line would end a cell of a table. Angle brackets outside of code would be taken for HTML. */
function inCell(text: string): string {
  return text.replaceAll('|', '\\|').replaceAll('<', '\\<');
}
