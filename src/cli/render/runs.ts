import { relative } from 'node:path';
import type { RunRecord } from '../../contract/run-record.ts';
import { formatAgo } from './moment.ts';
import { formatMs } from './phases.ts';
import type { Screen } from './screen.ts';
import { renderTable } from './table.ts';

/** A line for each run. */
export function renderRuns(runs: readonly RunRecord[], screen: Screen): string {
  const columns = [
    { title: 'ID' },
    { title: 'SCRIPT', isCut: true },
    { title: 'STATUS', paint: (text: string) => paintStatus(text, screen) },
    { title: 'EXIT', align: 'right' } as const,
    { title: 'AGE', align: 'right' } as const,
    { title: 'TOOK', align: 'right' } as const,
    { title: 'TAGS', isCut: true },
    { title: 'SANDBOX', isExtra: true },
    { title: 'PROJECT', isExtra: true },
  ];
  const rows = runs.map((run) => [
    run.id,
    relative(run.project, run.script),
    run.status,
    run.exitCode === undefined ? '-' : String(run.exitCode),
    formatAgo(run.startedAt, screen),
    formatMs(tookMs(run, screen.nowMs)),
    run.tags.join(',') || '-',
    run.sandbox?.name ?? '-',
    run.project,
  ]);
  return renderTable(columns, rows, screen);
}

/** How long a run took, or has been going on. */
export function tookMs({ timingsMs, status, startedAt }: RunRecord, nowMs: number): number {
  return status === 'running' ? Math.max(0, nowMs - Date.parse(startedAt)) : (timingsMs['total'] ?? 0);
}

/** Colours what needs a look. */
function paintStatus(text: string, { paint }: Screen): string {
  if (text === 'succeeded') return paint.green(text);
  if (text === 'running') return paint.cyan(text);
  return text === 'cancelled' ? paint.yellow(text) : paint.red(text);
}
