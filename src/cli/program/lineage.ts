import type { Command } from 'commander';
import type { LineageOptions } from '../commands/lineage/lineage.ts';
import type { CliContext } from '../context.ts';
import { toCount } from './list-options.ts';

/** Adds `iris lineage`. */
export function addLineage(program: Command, context: CliContext): void {
  program
    .command('lineage')
    .description('Show what something was made of, and what was made of it.')
    .argument('<id>', 'an id, or the name of a run for its newest')
    .option('--format <format>', 'tree, mermaid, dot, prov-json, openlineage or json (default: tree)')
    .option('--direction <direction>', 'both, upstream or downstream (default: both)')
    .option('--depth <steps>', 'how far to walk (default: 20)', toCount)
    .option('-n, --limit <count>', 'how many nodes at most (default: 1000)', toCount)
    .option('--at <moment>', 'as it was at that moment')
    .option('--json', 'the same as --format json')
    .action(async (id: string, options: LineageOptions) => {
      const { lineage } = await import('../commands/lineage/lineage.ts');
      await lineage(id, options, context);
    });
}
