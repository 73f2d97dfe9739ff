import { findRun } from '../../../app/runs/read-runs.ts';
import type { RunRecord } from '../../../contract/run-record.ts';
import { toIrisError } from '../../../core/errors.ts';
import { askDaemon } from '../../ask-daemon.ts';
import { ownDaemonPaths } from '../../own-daemon.ts';

/** Where runs are kept, when all that the daemon knows of them is there. A daemon that is not there is not started. */
export async function openKeptRuns(): Promise<string> {
  try {
    await askDaemon('run.settle', {}, undefined);
  } catch (thrown) {
    if (toIrisError(thrown).code !== 'DAEMON_UNREACHABLE') throw thrown;
  }
  return ownDaemonPaths().stateDir;
}

/** The run that a word means, and where it is kept. Throws IRIS_NOT_FOUND. */
export async function openRun(word: string): Promise<{ stateDir: string; run: RunRecord }> {
  const stateDir = await openKeptRuns();
  return { stateDir, run: await findRun(stateDir, word) };
}
