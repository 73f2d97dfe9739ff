import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import type { ListOptions } from '../read-pages.ts';
import { addListOptions } from './list-options.ts';

/** Adds `iris agents`. */
export function addAgents(program: Command, context: CliContext): void {
  const agents = program
    .command('agents')
    .description('List the agents of this project, or show one.')
    .argument('[id]', 'an agent');
  addListOptions(agents).action(async (id: string | undefined, options: ListOptions) => {
    const command = await import('../commands/agents/agents.ts');
    await command.agents(id, options, context);
  });
}
