import type { SandboxOrphan } from '../../contract/sandbox-wire.ts';
import { askDaemon } from '../ask-daemon.ts';
import { callerContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';
import { printJson, printNothing } from '../terminal/print.ts';
import { formatAge } from '../render/age.ts';
import { renderTable } from '../render/table.ts';

const COLUMNS = ['ID', 'NAME', 'PROVIDER', 'PROJECT', 'STATE', 'AGE', 'WHY'];

/** `iris sandbox gc`: shows the sandboxes that nobody uses any more, and then closes them. */
export async function sandboxGc(
  options: { readonly dryRun?: boolean; readonly all?: boolean; readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const isDryRun = options.dryRun === true;
  const params = { ...callerContext(process.env, process.cwd()), all: options.all === true };
  const seen = await askDaemon('sandbox.gc', { ...params, isDryRun: true }, context.distDir);
  if (options.json !== true) show(seen.orphans, params.all);
  // Only what was shown is closed, and only if it is still as it was.
  const only = seen.orphans.map(({ id }) => id);
  const report =
    isDryRun || only.length === 0
      ? { ...seen, isDryRun }
      : await askDaemon('sandbox.gc', { ...params, only, isDryRun: false }, context.distDir);
  if (options.json === true) printJson(report);
  else if (!isDryRun && report.orphans.length > 0) process.stdout.write(`closed ${report.orphans.length}\n`);
}

function show(orphans: readonly SandboxOrphan[], all: boolean): void {
  if (orphans.length > 0) {
    process.stdout.write(renderTable(COLUMNS, orphans.map(toCells)));
    return;
  }
  printNothing(
    'no sandboxes to clear up',
    all
      ? 'See all of them with: iris sandbox ls'
      : 'Those that a later run may still use: iris sandbox gc --all',
  );
}

function toCells(orphan: SandboxOrphan): string[] {
  const { id, name, provider, project, state, ageMs, why } = orphan;
  return [id, name, provider, project, state, formatAge(ageMs), why];
}
