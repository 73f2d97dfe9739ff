import { outputSchemas } from '../../contract/run-event-schema.ts';
import { ERROR_CODES } from '../../core/error-codes.ts';
import { VERSION } from '../../core/version.ts';
import { printJson } from '../terminal/print.ts';
import type { CommandFacts } from '../command-facts.ts';

/** Exit codes that are no error of iris: see also `errors`. */
const EXIT_CODES: Readonly<Record<string, string>> = {
  0: 'it worked; of iris run: the script did',
  64: 'the command line is wrong',
  130: 'interrupted by Ctrl-C',
  141: 'nobody reads the output any more',
  143: 'ended by SIGTERM',
};

/** `iris capabilities`: what this iris can do, for programs and agents. */
export function capabilities(commands: readonly CommandFacts[], options: { readonly json?: boolean }): void {
  if (options.json !== true) {
    process.stdout.write(commands.map(line).join(''));
    return;
  }
  printJson({
    version: VERSION,
    commands,
    exitCodes: {
      ...EXIT_CODES,
      rule: 'The exit code of a script passes through iris run; the last event of --json says whose it is.',
    },
    errors: ERROR_CODES,
    schemas: outputSchemas(),
    conventions: {
      json: 'Every command with --json prints JSON on standard output, errors as {"error":{…}}.',
      input:
        'No command asks where standard input is no terminal, in CI, or with --no-input or IRIS_NO_INPUT=1.',
    },
  });
}

function line({ path, text, arguments: words }: CommandFacts): string {
  const shown = words.map(({ name, isRequired, isRepeated }) => {
    const word = isRepeated ? `${name}...` : name;
    return isRequired ? `<${word}>` : `[${word}]`;
  });
  return `${['iris', ...path, ...shown].join(' ')}\n    ${text}\n`;
}
