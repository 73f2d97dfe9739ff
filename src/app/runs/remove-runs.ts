import { rm } from 'node:fs/promises';
import { listRunIds, readRun } from './read-runs.ts';
import { runFolder, startOfRun } from './run-folder.ts';

export interface KeepRule {
  /** How many runs are kept. */
  readonly maxRuns: number;
  /** How long each is kept. */
  readonly maxAgeMs: number;
}

/** Removes all that is kept of a run. */
export async function removeRun(stateDir: string, id: string): Promise<void> {
  await rm(runFolder(stateDir, id), { recursive: true, force: true });
}

/** Removes the runs that are too many or too old, but for those that are still running. */
export async function removeOldRuns(stateDir: string, { maxRuns, maxAgeMs }: KeepRule): Promise<void> {
  const ids = await listRunIds(stateDir);
  const oldest = Date.now() - maxAgeMs;
  for (const [place, id] of ids.entries()) {
    if (place < maxRuns && startOfRun(id) >= oldest) continue;
    const record = await readRun(stateDir, id);
    if (record?.status !== 'running') await removeRun(stateDir, id);
  }
}
