import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

/** Adds `iris daemon`. */
export function addDaemon(program: Command, context: CliContext): void {
  const daemon = program
    .command('daemon')
    .description('Look at the background process that keeps runs fast.');
  daemon
    .command('status')
    .description('Tell whether the daemon runs, and what it holds.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { daemonStatus } = await import('../commands/daemon.ts');
      await daemonStatus(options, context);
    });
  daemon
    .command('stop')
    .description('Stop the daemon and close the sandboxes on this machine.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { daemonStop } = await import('../commands/daemon.ts');
      await daemonStop(options);
    });
  daemon
    .command('logs')
    .description("Print the daemon's log.")
    .option('-f, --follow', 'go on printing what is added')
    .action(async (options: { follow?: boolean }) => {
      const { daemonLogs } = await import('../commands/daemon-logs.ts');
      await daemonLogs(options);
    });
}
