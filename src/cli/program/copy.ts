import type { Command } from 'commander';
import type { CopyOptions } from '../commands/copy.ts';
import type { CliContext } from '../context.ts';

/** Adds `iris cp`. */
export function addCopy(program: Command, context: CliContext): void {
  program
    .command('cp')
    .description('Copy files and directories into a sandbox, or out of one.')
    .argument('<from>', 'a local path, NAME:path in a sandbox, or - for standard input')
    .argument('<to>', 'the other of them, or - for standard output')
    .option('-r, --recursive', 'directories are copied with all that is in them, with it and without')
    .option('-n, --no-clobber', 'leave files alone that are there')
    .option('-f, --force', 'replace files that are there, as it does anyway')
    .option('--json', 'print JSON')
    .action(async (from: string, to: string, options: CopyOptions) => {
      const { copy } = await import('../commands/copy.ts');
      await copy(from, to, options, context);
    });
}
