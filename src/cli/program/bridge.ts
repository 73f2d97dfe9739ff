import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

/** Adds `iris bridge`, for the client outside of a sandbox and for nobody at a terminal. */
export function addBridge(program: Command, context: CliContext): void {
  program.command('bridge', { hidden: true }).action(async () => {
    const { bridge } = await import('../commands/bridge.ts');
    await bridge(context);
  });
}
