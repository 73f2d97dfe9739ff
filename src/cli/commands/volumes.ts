import { callerContext } from '../../contract/caller-context.ts';
import { IrisError } from '../../core/errors.ts';
import { askDaemon } from '../ask-daemon.ts';
import type { CliContext } from '../context.ts';
import { printJson } from '../terminal/print.ts';
import { renderTable } from '../render/table.ts';
import { openScreen } from '../terminal/screen.ts';

interface Options {
  readonly json?: boolean;
}

/** `iris volume ls`. */
export async function volumeLs(options: Options, context: CliContext): Promise<void> {
  const rows = await askDaemon('volume.list', callerContext(process.env, process.cwd()), context.distDir);
  if (options.json === true) return printJson(rows);
  if (rows.length === 0) {
    process.stderr.write('No volumes. Make one with: iris run --volume NAME:/path script.ts\n');
    return;
  }
  const table = rows.map(({ id, name, sandboxes }) => [name, id, sandboxes.join(', ')]);
  process.stdout.write(renderTable(['NAME', 'ID', { title: 'IN', isCut: true }], table, openScreen()));
}

/** `iris volume create`. */
export async function volumeCreate(name: string, options: Options, context: CliContext): Promise<void> {
  const params = { ...callerContext(process.env, process.cwd()), name };
  const creation = await askDaemon('volume.create', params, context.distDir);
  if (options.json === true) return printJson(creation);
  process.stdout.write(creation.isCreated ? `created ${name}\n` : `${name} is there already\n`);
}

/** `iris volume rm`. */
export async function volumeRm(
  targets: readonly string[],
  options: Options,
  context: CliContext,
): Promise<void> {
  const params = { ...callerContext(process.env, process.cwd()), targets };
  const removals = await askDaemon('volume.remove', params, context.distDir);
  if (options.json === true) printJson(removals);
  else for (const { name, isRemoved } of removals) if (isRemoved) process.stdout.write(`removed ${name}\n`);
  const missing = removals.filter(({ isRemoved }) => !isRemoved).map(({ name }) => name);
  if (missing.length === 0) return;
  const error = new IrisError('IRIS_NOT_FOUND', `There is no volume ${missing.join(', ')}`, {
    hint: 'List them with: iris volume ls',
  });
  if (options.json !== true) throw error;
  context.exitCode = error.facts.exit;
}
