import type { Command } from 'commander';
import { commandFacts } from '../command-facts.ts';

/** Adds `iris capabilities`. */
export function addCapabilities(program: Command): void {
  program
    .command('capabilities')
    .description('Tell programs what this iris can do: commands, exit codes, errors, the events of a run.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { capabilities } = await import('../commands/capabilities.ts');
      capabilities(commandFacts(program), options);
    });
}
