import { readRuns } from '../../../app/runs/read-runs.ts';
import type { RunRecord } from '../../../contract/run-record.ts';
import { printJson, printMore, printNothing } from '../../terminal/print.ts';
import type { ListOptions } from '../../read-pages.ts';
import { renderRuns } from '../../render/runs.ts';
import { openScreen } from '../../terminal/screen.ts';
import { toRunFilter, type RunFilters } from './filter-runs.ts';
import { openKeptRuns } from './kept-runs.ts';

const USUAL_ROWS = 50;

/** `iris runs ls`: the runs that are kept, the newest first. */
export async function runsLs(options: RunFilters & ListOptions): Promise<void> {
  const isMeant = toRunFilter(options, Date.now());
  const stateDir = await openKeptRuns();
  const limit = options.all === true ? Infinity : (options.limit ?? USUAL_ROWS);
  const runs: RunRecord[] = [];
  let hasMore = false;
  for await (const run of readRuns(stateDir)) {
    if (!isMeant(run)) continue;
    hasMore = runs.length >= limit;
    if (hasMore) break;
    runs.push(run);
  }
  if (options.json === true) printJson(runs);
  else if (runs.length > 0) process.stdout.write(renderRuns(runs, openScreen()));
  else printNothing('no such runs', 'Run something: iris run script.ts');
  if (hasMore) printMore(runs.length);
}
