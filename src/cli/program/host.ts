import type { Command } from 'commander';
import type { HostOptions } from '../commands/host.ts';
import type { CliContext } from '../context.ts';

/** Adds `iris host`. */
export function addHost(program: Command, context: CliContext): void {
  const host = program
    .command('host')
    .description("Serve E2B's protocol on this machine, for any program written for E2B.")
    .option('--port <port>', 'the port on loopback (default: any free one)')
    .option('--isolation <rung>', 'how to wall the sandboxes, as for iris run')
    .option('--net', 'let sandboxes reach the internet unless they are created without it')
    .option('--json', 'print the variables as JSON')
    .option('-v, --verbose', 'log what happens on stderr')
    .action(async (options: HostOptions) => {
      const { serve } = await import('../commands/host.ts');
      await serve(options, context);
    });
  host
    .command('env')
    .description('Print the variables that lead to the host that serves now, for eval.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { hostEnv } = await import('../commands/host.ts');
      await hostEnv(options);
    });
}
