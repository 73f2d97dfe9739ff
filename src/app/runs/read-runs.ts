import { readdir, readFile } from 'node:fs/promises';
import { runRecord, type RunRecord } from '../../contract/run-record.ts';
import { IrisError } from '../../core/errors.ts';
import { suggest } from '../../core/suggest.ts';
import { isStillThere } from './process-mark.ts';
import { isRunId, recordFile, runFolder, runsFolder } from './run-folder.ts';

/** As short as the end of an id may be written. */
const LEAST_END = 4;

/** The ids of the runs that are kept, the newest first. */
export async function listRunIds(stateDir: string): Promise<string[]> {
  const names = await readdir(runsFolder(stateDir)).catch(() => []);
  return names.filter(isRunId).toSorted().toReversed();
}

/** One run; undefined where it is not there, or not whole. A run whose process is gone is lost. */
export async function readRun(stateDir: string, id: string): Promise<RunRecord | undefined> {
  const record = parse(await readFile(recordFile(runFolder(stateDir, id)), 'utf8').catch(() => ''));
  if (record?.status !== 'running' || isStillThere(record.owner)) return record;
  // It may have ended while it was looked at.
  const again = parse(await readFile(recordFile(runFolder(stateDir, id)), 'utf8').catch(() => ''));
  return again?.status === 'running' ? { ...again, status: 'lost' } : again;
}

/** The runs that are kept, the newest first. */
export async function* readRuns(stateDir: string): AsyncGenerator<RunRecord, void> {
  for (const id of await listRunIds(stateDir)) {
    const record = await readRun(stateDir, id);
    if (record !== undefined) yield record;
  }
}

/**
 * The run that a word means: `last`, an id, or as much of the beginning or the end of one as no other has.
 * Throws IRIS_NOT_FOUND, or USAGE_INVALID where it means several.
 */
export async function findRun(stateDir: string, word: string): Promise<RunRecord> {
  if (word === 'last') {
    for await (const record of readRuns(stateDir)) return record;
    throw new IrisError('IRIS_NOT_FOUND', 'No run is kept yet', {
      hint: 'Run something: iris run script.ts',
    });
  }
  const ids = await listRunIds(stateDir);
  const record = await readRun(stateDir, chooseRun(word, ids));
  if (record === undefined) throw noRun(word, []);
  return record;
}

/** Picks the id that a word means. */
export function chooseRun(word: string, ids: readonly string[]): string {
  if (ids.includes(word)) return word;
  const wanted = word.startsWith('run_') ? word : `run_${word}`;
  const begins = ids.filter((id) => id.startsWith(wanted));
  const found = begins.length > 0 || word.length < LEAST_END ? begins : ids.filter((id) => id.endsWith(word));
  const [only, ...others] = found;
  if (only === undefined) throw noRun(word, ids);
  if (others.length === 0) return only;
  throw new IrisError('USAGE_INVALID', `${found.length} runs are meant by ${word}`, {
    hint: `Write more of the id: ${found.slice(0, 5).join(', ')}`,
  });
}

function noRun(word: string, ids: readonly string[]): IrisError {
  const near = suggest(word, ['last', ...ids]);
  const hint = near === undefined ? 'List them with: iris runs ls' : `Did you mean ${near}?`;
  return new IrisError('IRIS_NOT_FOUND', `There is no run ${word}`, { hint });
}

function parse(text: string): RunRecord | undefined {
  try {
    return runRecord.safeParse(JSON.parse(text)).data;
  } catch {
    return undefined;
  }
}
