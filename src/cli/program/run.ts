import { type Command, Option } from 'commander';
import type { CliContext } from '../context.ts';
import type { RunCommandOptions } from '../words/parse-run.ts';
import { RUN_OPTIONS, type RunOption } from '../words/run-options.ts';

/** Adds `iris run`. */
export function addRun(program: Command, context: CliContext): void {
  const run = program
    .command('run')
    .description('Run a script in a sandbox and stream its output: TypeScript, JavaScript, Python or shell.')
    .argument('<script>', 'the file to run; what it imports goes along')
    .argument('[args...]', 'arguments of the script')
    .passThroughOptions()
    .action(async (script: string, args: string[], options: RunCommandOptions) => {
      const { runCommand } = await import('../commands/run.ts');
      context.exitCode = await runCommand({ script, args, options }, context);
    });
  for (const option of RUN_OPTIONS) run.addOption(toOption(option));
  run.addHelpText(
    'after',
    '\nEverything after <script> belongs to the script. Its exit code is the exit code of iris.\n',
  );
}

function toOption(option: RunOption): Option {
  const made = new Option(option.flags, option.text);
  if (option.kind === 'list') {
    made.argParser((value: string, before: string[] | undefined) => [...(before ?? []), value]);
  }
  return made;
}
