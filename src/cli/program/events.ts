import type { Command } from 'commander';
import type { EventOptions } from '../commands/events/query.ts';
import type { CliContext } from '../context.ts';
import type { ListOptions } from '../read-pages.ts';
import { addListOptions } from './list-options.ts';

/** Adds `iris events`. */
export function addEvents(program: Command, context: CliContext): void {
  const events = program
    .command('events')
    .description('Show what happened, the newest first.')
    .argument('[name]', 'an event, or the beginning of names: "tool.*"')
    .option('--session <id>', 'of this session')
    .option('--agent <id>', 'of this agent')
    .option('--trace <id>', 'of this trace')
    .option('--outcome <outcome>', 'success, failure, timeout, cancelled or unknown')
    .option('--text <text>', 'with this text anywhere in it')
    .option('--since <time>', 'a time ago (7d, 30m) or a moment (default: 24h)')
    .option('--until <time>', 'the same')
    .option('-f, --follow', 'print what comes in, until Ctrl-C; with --json an event a line');
  addListOptions(events).action(
    async (name: string | undefined, options: EventOptions & ListOptions & { follow?: boolean }) => {
      const command = await import('../commands/events/events.ts');
      await command.events(name, options, context);
    },
  );
}
