import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

/** Adds `iris volume`. */
export function addVolumes(program: Command, context: CliContext): void {
  const volume = program
    .command('volume')
    .description('Look at the folders that outlive sandboxes: iris run --volume NAME:/path.');
  volume
    .command('ls')
    .alias('list')
    .description('List the volumes, and the sandboxes that have them.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { volumeLs } = await import('../commands/volumes.ts');
      await volumeLs(options, context);
    });
  volume
    .command('create')
    .description('Make a volume; iris run --volume does so by itself.')
    .argument('<name>', 'letters, digits, "-" and "_"')
    .option('--json', 'print JSON')
    .action(async (name: string, options: { json?: boolean }) => {
      const { volumeCreate } = await import('../commands/volumes.ts');
      await volumeCreate(name, options, context);
    });
  volume
    .command('rm')
    .description('Remove volumes, with all files in them.')
    .argument('<name...>', 'names or ids, as ls shows them')
    .option('--json', 'print JSON')
    .action(async (names: string[], options: { json?: boolean }) => {
      const { volumeRm } = await import('../commands/volumes.ts');
      await volumeRm(names, options, context);
    });
}
