import type { CommandFacts, OptionFacts } from '../src/cli/command-facts.ts';
import manifest from '../package.json' with { type: 'json' };

/** The manual page of iris, in troff, from the table of its commands. */
export function renderMan(commands: readonly CommandFacts[]): string {
  const [main, ...others] = commands;
  return [
    `.TH IRIS 1 "" "iris ${manifest.version}" "User Commands"`,
    '.SH NAME',
    `iris \\- ${escaped(main?.text ?? '')}`,
    '.SH SYNOPSIS',
    '.B iris\n.RI [ options ]\n.I command\n.RI [ arguments ]',
    '.SH COMMANDS',
    ...others.map(renderCommand),
    '.SH EXIT STATUS',
    'The exit code of a script passes through. Failures of iris itself follow sysexits.h: 64 for a wrong command line, 65 for',
    'a script that is wrong, 66 for a file that is missing, 69 for a sandbox that cannot be had, 75 for what may work later,',
    '77 for what is not allowed, 78 for a wrong configuration, 124 for a timeout, 130 for an interruption.',
    '.SH ENVIRONMENT',
    '.TP\n.B E2B_API_KEY\nruns scripts in the cloud of E2B',
    '.TP\n.B NO_COLOR\nturns colours off',
    '.TP\n.B IRIS_NO_INPUT\nnever asks for anything',
    '.SH FILES',
    '.TP\n.I .irisrc\nthe configuration of a project',
    '.TP\n.I ~/.config/iris/config.yaml\nthat of a user',
    '',
  ].join('\n');
}

function renderCommand({ path, text, arguments: words, options }: CommandFacts): string {
  const shown = words.map(({ name, isRequired, isRepeated }) => {
    const word = isRepeated ? `${name}...` : name;
    return isRequired ? word : `[${word}]`;
  });
  return [
    `.SS "iris ${escaped([...path, ...shown].join(' '))}"`,
    escaped(text),
    ...words.map((word) => `.TP\n.I ${escaped(word.name)}\n${escaped(word.text)}`),
    ...options.map(renderOption),
  ].join('\n');
}

function renderOption({ flags, text }: OptionFacts): string {
  return `.TP\n.B ${escaped(flags)}\n${escaped(text)}`;
}

/** troff takes a backslash, and a dot or a quote that begins a line, for its own. */
function escaped(text: string): string {
  return text
    .replaceAll('\\', '\\e')
    .replaceAll('-', '\\-')
    .replace(/^(?=[.'])/gm, '\\&');
}
