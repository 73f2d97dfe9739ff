import { chooseRun, listRunIds, readRun, readRuns } from '../../../app/runs/read-runs.ts';
import { removeRun } from '../../../app/runs/remove-runs.ts';
import { IrisError } from '../../../core/errors.ts';
import { printJson } from '../../terminal/print.ts';
import { toMoment } from '../../words/to-moment.ts';
import { openKeptRuns } from './kept-runs.ts';

export interface RemoveOptions {
  readonly all?: boolean;
  readonly olderThan?: string;
  readonly json?: boolean;
}

/** `iris runs rm`: removes what is kept of runs that have ended. */
export async function runsRm(words: readonly string[], options: RemoveOptions): Promise<void> {
  const { all = false, olderThan } = options;
  if ([words.length > 0, all, olderThan !== undefined].filter(Boolean).length !== 1) {
    throw new IrisError('USAGE_INVALID', 'Say which runs: by their ids, --all, or --older-than', {
      hint: 'See them with: iris runs ls',
    });
  }
  const untilMs = olderThan === undefined ? Infinity : toMoment('--older-than', olderThan, Date.now());
  const stateDir = await openKeptRuns();
  const ids = words.length > 0 ? await named(stateDir, words) : await endedBefore(stateDir, untilMs);
  for (const id of ids) await removeRun(stateDir, id);
  if (options.json === true) return printJson({ removed: ids });
  process.stdout.write(`removed ${ids.length === 1 ? (ids[0] ?? '') : `${ids.length} runs`}\n`);
}

/** All of them are found before the first is removed. */
async function named(stateDir: string, words: readonly string[]): Promise<string[]> {
  const known = await listRunIds(stateDir);
  const ids = [
    ...new Set(words.map((word) => (word === 'last' ? known[0] : undefined) ?? chooseRun(word, known))),
  ];
  for (const id of ids) {
    const run = await readRun(stateDir, id);
    if (run?.status !== 'running') continue;
    throw new IrisError('IRIS_CONFLICT', `${id} is still running`, {
      hint: `End it first: iris runs cancel ${id}`,
    });
  }
  return ids;
}

async function endedBefore(stateDir: string, untilMs: number): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id, status, startedAt } of readRuns(stateDir))
    if (status !== 'running' && Date.parse(startedAt) < untilMs) ids.push(id);
  return ids;
}
