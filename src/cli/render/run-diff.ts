import type { RunRecord } from '../../contract/run-record.ts';
import { formatMs } from './phases.ts';
import type { Screen } from './screen.ts';
import { renderTable } from './table.ts';

/** A fact of two runs. */
export interface FactDifference {
  readonly fact: string;
  readonly from: string;
  readonly to: string;
}

/** The facts in which two runs differ, and how long each phase took in both. */
export function differingFacts(from: RunRecord, to: RunRecord): FactDifference[] {
  const phases = [...new Set([...Object.keys(from.timingsMs), ...Object.keys(to.timingsMs)])];
  const same = FACTS.map(([fact, read]) => ({ fact, from: read(from), to: read(to) })).filter(
    (one) => one.from !== one.to,
  );
  const times = phases.map((phase) => ({
    fact: `time of ${phase}`,
    from: formatTime(from.timingsMs[phase]),
    to: formatTime(to.timingsMs[phase]),
  }));
  return [...same, ...times];
}

/** A line for each of them. */
export function renderDifferences(differences: readonly FactDifference[], screen: Screen): string {
  const columns = [{ title: 'FACT' }, { title: 'FIRST', isCut: true }, { title: 'SECOND', isCut: true }];
  return renderTable(
    columns,
    differences.map(({ fact, from, to }) => [fact, from, to]),
    screen,
  );
}

const FACTS: readonly (readonly [fact: string, read: (run: RunRecord) => string])[] = [
  ['script', (run) => run.script],
  ['arguments', (run) => JSON.stringify(run.args)],
  ['options', (run) => JSON.stringify(run.flags)],
  ['status', (run) => run.status],
  ['exit code', (run) => String(run.exitCode ?? '-')],
  ['signal', (run) => run.signal ?? '-'],
  ['because', (run) => run.error?.message ?? '-'],
  ['sandbox', (run) => run.sandbox?.id ?? '-'],
  ['commit', (run) => run.commit ?? '-'],
  ['tool calls', (run) => String(run.calls)],
  ['bytes on stdout', (run) => String(run.outputBytes.stdout)],
  ['bytes on stderr', (run) => String(run.outputBytes.stderr)],
];

function formatTime(ms: number | undefined): string {
  return ms === undefined ? '-' : formatMs(ms);
}
