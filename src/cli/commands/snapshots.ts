import { callerContext } from '../../contract/caller-context.ts';
import { IrisError } from '../../core/errors.ts';
import { askDaemon } from '../ask-daemon.ts';
import type { CliContext } from '../context.ts';
import { printJson } from '../terminal/print.ts';
import { renderTable } from '../render/table.ts';
import { openScreen } from '../terminal/screen.ts';

/** `iris sandbox snapshots ls`. */
export async function snapshotsLs(options: { readonly json?: boolean }, context: CliContext): Promise<void> {
  const rows = await askDaemon('snapshot.list', callerContext(process.env, process.cwd()), context.distDir);
  if (options.json === true) return printJson(rows);
  if (rows.length === 0) {
    process.stderr.write('No snapshots. Take one with: iris sandbox snapshot <sandbox>\n');
    return;
  }
  const table = rows.map(({ id, names }) => [id, names.filter((name) => name !== id).join(', ')]);
  process.stdout.write(renderTable(['ID', { title: 'ALSO CALLED', isCut: true }], table, openScreen()));
}

/** `iris sandbox snapshots rm`. */
export async function snapshotsRm(
  targets: readonly string[],
  options: { readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const params = { ...callerContext(process.env, process.cwd()), targets };
  const removals = await askDaemon('snapshot.remove', params, context.distDir);
  if (options.json === true) printJson(removals);
  else for (const { id, isRemoved } of removals) if (isRemoved) process.stdout.write(`removed ${id}\n`);
  const missing = removals.filter(({ isRemoved }) => !isRemoved).map(({ id }) => id);
  if (missing.length === 0) return;
  const error = new IrisError('IRIS_NOT_FOUND', `There is no snapshot ${missing.join(', ')}`, {
    hint: 'List them with: iris sandbox snapshots ls',
  });
  if (options.json !== true) throw error;
  context.exitCode = error.facts.exit;
}
