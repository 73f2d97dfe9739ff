import type { CommandFacts, OptionFacts } from '../command-facts.ts';

/** The commands right below a path. */
export function childrenOf(commands: readonly CommandFacts[], path: readonly string[]): CommandFacts[] {
  return commands.filter(
    (one) => one.path.length === path.length + 1 && path.every((word, at) => one.path[at] === word),
  );
}

/** Their names. */
export function namesBelow(commands: readonly CommandFacts[], path: readonly string[]): string[] {
  return childrenOf(commands, path).map((child) => child.path.at(-1) ?? '');
}

/** Every spelling of options. */
export function optionNames(options: readonly OptionFacts[]): string[] {
  return options.flatMap(({ names }) => names);
}

/** A text between single quotes of a POSIX shell. */
export function quoted(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
