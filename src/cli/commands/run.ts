import type { CliContext } from '../context.ts';
import type { RunCommand } from '../words/parse-run.ts';
import { runInTerminal } from '../run/run-in-terminal.ts';

/** `iris run`: shows the plan, or runs, once or again and again: in the daemon, waited for or not, or, with `--no-daemon`, in this process. */
export async function runCommand(command: RunCommand, context: CliContext): Promise<number> {
  if (command.options.plan === true) return await plan(command, context);
  if (command.options.watch === true) {
    const { watchCommand } = await import('./watch.ts');
    return await watchCommand(command, context);
  }
  if (command.options.detach === true) {
    const { runDetached } = await import('../run/run-detached.ts');
    return await runDetached(command, context.distDir);
  }
  if (command.options.daemon !== false) return await runInTerminal(command, context.distDir);
  const { runInProcess } = await import('../run/run-in-process.ts');
  return await runInProcess(command, context.distDir);
}

async function plan(command: RunCommand, context: CliContext): Promise<number> {
  const { planCommand } = await import('./plan.ts');
  return await planCommand(command, context);
}
