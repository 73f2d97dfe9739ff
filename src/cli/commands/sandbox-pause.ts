import { askDaemon } from '../ask-daemon.ts';
import { callerContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';
import { printJson } from '../terminal/print.ts';

/** `iris sandbox pause` and `resume`: stops sandboxes with their files kept, or wakes them up; what is so stays so. */
export async function sandboxPause(
  verb: 'pause' | 'resume',
  targets: readonly string[],
  options: { readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const params = { ...callerContext(process.env, process.cwd()), targets };
  const changes = await askDaemon(`sandbox.${verb}`, params, context.distDir);
  if (options.json === true) return printJson(changes);
  for (const { id, name, state, isChanged } of changes) {
    if (isChanged) process.stdout.write(`${verb}d ${name} (${id})\n`);
    else process.stderr.write(`iris: ${name} (${id}) is ${state} already\n`);
  }
}
