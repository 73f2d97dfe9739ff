import { IrisError } from '../../core/errors.ts';
import { askDaemon } from '../ask-daemon.ts';
import { callerContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';

/** `iris sandbox close`: ends sandboxes by id, by name in this project, or all. */
export async function sandboxClose(
  targets: readonly string[],
  options: { readonly all?: boolean; readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const all = options.all === true;
  if (!all && targets.length === 0) {
    throw new IrisError('USAGE_INVALID', 'Nothing to close was named', {
      hint: 'Name ids or names from iris sandbox ls, or use --all.',
    });
  }
  const params = { ...callerContext(process.env, process.cwd()), targets, all };
  const report = await askDaemon('sandbox.close', params, context.distDir);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  for (const { id, name } of report.closed) process.stdout.write(`closed ${name} (${id})\n`);
  for (const target of report.gone) process.stderr.write(`iris: ${target} is not there; nothing to close\n`);
  if (all && report.closed.length === 0) process.stderr.write('iris: no sandboxes to close\n');
}
