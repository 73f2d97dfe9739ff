import type { Command, Option } from 'commander';

/** One command, as completions, the manual and programs need it. */
export interface CommandFacts {
  /** The words after `iris`; none for `iris` itself. */
  readonly path: readonly string[];
  readonly aliases: readonly string[];
  readonly text: string;
  readonly arguments: readonly ArgumentFacts[];
  readonly options: readonly OptionFacts[];
}

export interface ArgumentFacts {
  readonly name: string;
  readonly text: string;
  readonly isRequired: boolean;
  readonly isRepeated: boolean;
}

export interface OptionFacts {
  /** Such as `-q, --quiet` or `--timeout <time>`. */
  readonly flags: string;
  /** Every spelling without its value, such as `-q` and `--quiet`. */
  readonly names: readonly string[];
  readonly text: string;
  readonly takesValue: boolean;
}

const HELP: OptionFacts = {
  flags: '-h, --help',
  names: ['-h', '--help'],
  text: 'show this help',
  takesValue: false,
};

/** Every command that people see, parents before their children, from commander's own table. */
export function commandFacts(program: Command): readonly CommandFacts[] {
  return factsBelow(program, []);
}

function factsBelow(command: Command, path: readonly string[]): CommandFacts[] {
  const visible = command
    .createHelp()
    .visibleCommands(command)
    .filter((child) => child.name() !== 'help');
  return [
    {
      path,
      aliases: command.aliases(),
      text: command.description(),
      arguments: command.registeredArguments.map((argument) => ({
        name: argument.name(),
        text: argument.description,
        isRequired: argument.required,
        isRepeated: argument.variadic,
      })),
      options: [...command.options.filter(({ hidden }) => !hidden).map(toFacts), HELP],
    },
    ...visible.flatMap((child) => factsBelow(child, [...path, child.name()])),
  ];
}

function toFacts({ flags, description, required, optional }: Option): OptionFacts {
  const names = flags.split(/[ ,|]+/).filter((word) => word.startsWith('-'));
  return { flags, names, text: description, takesValue: required || optional };
}
