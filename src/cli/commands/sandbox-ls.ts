import type { SandboxRow } from '../../contract/sandbox-wire.ts';
import { formatByteSize } from '../../core/byte-size.ts';
import { formatEstimate } from '../../core/money.ts';
import { askDaemon } from '../ask-daemon.ts';
import { callerContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';
import { formatAge } from '../render/age.ts';
import { renderTable } from '../render/table.ts';

const COLUMNS = ['ID', 'NAME', 'PROVIDER', 'PROJECT', 'STATE', 'ISOLATION', 'AGE', 'TIME LEFT', 'MEMORY'];

/** `iris sandbox ls`: the live sandboxes, newest first. */
export async function sandboxLs(options: { readonly json?: boolean }, context: CliContext): Promise<void> {
  const rows = await askDaemon('sandbox.list', callerContext(process.env, process.cwd()), context.distDir);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(rows, undefined, 2)}\n`);
    return;
  }
  if (rows.length === 0) {
    process.stderr.write('iris: no sandboxes\n  The next run makes one: iris run script.ts\n');
    return;
  }
  // On this machine they cost nothing, which needs no column.
  const isInCloud = rows.some(({ provider }) => provider === 'e2b');
  const columns = isInCloud ? [...COLUMNS, 'COST (ESTIMATE)'] : COLUMNS;
  const cells = rows.map((row) =>
    isInCloud ? [...toCells(row), formatEstimate(row.costEstimateUsd)] : toCells(row),
  );
  process.stdout.write(renderTable(columns, cells));
}

function toCells(row: SandboxRow): string[] {
  return [
    row.id,
    row.name,
    row.provider,
    row.project,
    row.state,
    row.isolation,
    formatAge(row.ageMs),
    formatAge(row.timeLeftMs),
    row.memoryBytes === undefined ? '-' : formatByteSize(row.memoryBytes),
  ];
}
