import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import { addSandboxUpkeep } from './sandbox-upkeep.ts';

/** Adds `iris sandbox`. */
export function addSandbox(program: Command, context: CliContext): void {
  const sandbox = program.command('sandbox').description('Look after sandboxes.');
  sandbox
    .command('ls')
    .alias('list')
    .description('List the live sandboxes.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { sandboxLs } = await import('../commands/sandbox-ls.ts');
      await sandboxLs(options, context);
    });
  sandbox
    .command('info')
    .description('Show one sandbox, with what its limits hold for.')
    .argument('<id|name>', 'an id, or a name in this project')
    .option('--json', 'print JSON')
    .action(async (target: string, options: { json?: boolean }) => {
      const { sandboxInfo } = await import('../commands/sandbox-info.ts');
      await sandboxInfo(target, options, context);
    });
  sandbox
    .command('close')
    .description('Close sandboxes; what is gone already is no error.')
    .argument('[id|name...]', 'ids, or names in this project')
    .option('--all', 'close every sandbox of yours')
    .option('--json', 'print JSON')
    .action(async (targets: string[], options: { all?: boolean; json?: boolean }) => {
      const { sandboxClose } = await import('../commands/sandbox-close.ts');
      await sandboxClose(targets, options, context);
    });
  addSandboxUpkeep(sandbox, context);
}
