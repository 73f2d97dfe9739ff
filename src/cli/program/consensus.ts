import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import type { ListOptions } from '../read-pages.ts';
import { addListOptions } from './list-options.ts';

/** Adds `iris consensus`. */
export function addConsensus(program: Command, context: CliContext): void {
  const consensus = program.command('consensus').description('Look at the questions that agents vote on.');
  const ls = consensus
    .command('ls')
    .alias('list')
    .description('List the questions, the newest first.')
    .option('--status <status>', 'pending, reached or failed');
  addListOptions(ls).action(async (options: ListOptions & { status?: string }) => {
    const { consensusLs } = await import('../commands/consensus/ls.ts');
    await consensusLs(options, context);
  });
  consensus
    .command('show')
    .description('Show how a vote stands, and what is missing to the decision.')
    .argument('<id>', 'a question')
    .option('--json', 'print JSON')
    .action(async (id: string, options: { json?: boolean }) => {
      const { consensusShow } = await import('../commands/consensus/show.ts');
      await consensusShow(id, options, context);
    });
}
