import type { Command } from 'commander';
import type { ExecOptions } from '../commands/sandbox-exec.ts';
import type { CliContext } from '../context.ts';
import { toList } from './list-options.ts';
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
  addCommands(sandbox, context);
}

function addCommands(sandbox: Command, context: CliContext): void {
  sandbox
    .command('exec')
    .description('Run a command in a sandbox; its exit code is that of iris.')
    .usage('[options] [id|name] -- <command> [args...]')
    .argument('[words...]', 'the sandbox (default: the one of the project), --, and the command')
    .option('-e, --env <NAME=VALUE>', 'set a variable; NAME alone passes on yours', toList)
    .option('--cwd <dir>', 'working directory in the sandbox')
    .action(async (words: string[], options: ExecOptions) => {
      const { sandboxExec } = await import('../commands/sandbox-exec.ts');
      await sandboxExec(words, options, context);
    });
  sandbox
    .command('shell')
    .description('Open a shell in a sandbox, at this terminal.')
    .argument('[id|name]', 'the sandbox (default: the one of the project)')
    .action(async (target: string | undefined) => {
      const { sandboxShell } = await import('../commands/sandbox-shell.ts');
      await sandboxShell(target, context);
    });
}
