import { readRun } from '../../../app/runs/read-runs.ts';
import type { RunRecord } from '../../../contract/run-record.ts';
import { IrisError } from '../../../core/errors.ts';
import { askDaemon } from '../../ask-daemon.ts';
import { printJson } from '../../print.ts';
import { openRun } from './kept-runs.ts';

const POLL_MS = 50;
/** SIGTERM, its grace, SIGKILL, and some more. */
const BUDGET_MS = 12_000;

/** `iris runs cancel`: ends a run, first with SIGTERM; one that has ended is left as it is. */
export async function runsCancel(word: string, options: { readonly json?: boolean }): Promise<void> {
  const { stateDir, run } = await openRun(word);
  const isChanged = run.status === 'running';
  if (isChanged) await end(run);
  const ended = isChanged ? await untilEnded(stateDir, run) : run;
  if (options.json === true) printJson({ id: run.id, status: ended.status, isChanged });
  else if (isChanged) process.stdout.write(`cancelled ${run.id}\n`);
  else process.stderr.write(`iris: ${run.id} has ended already: ${run.status}\n`);
}

async function end({ id, owner }: RunRecord): Promise<void> {
  // Its own process passes the signal on to the script.
  if (!owner.isDaemon) {
    process.kill(owner.pid, 'SIGTERM');
    return;
  }
  const { isEnded } = await askDaemon('run.cancel', { id }, undefined);
  if (isEnded) return;
  throw new IrisError('IRIS_CONFLICT', `${id} belongs to an older daemon, which ends with its last run`, {
    hint: `End it with all that it runs: kill ${owner.pid}`,
  });
}

async function untilEnded(stateDir: string, run: RunRecord): Promise<RunRecord> {
  const deadline = Date.now() + BUDGET_MS;
  for (;;) {
    const now = await readRun(stateDir, run.id);
    if (now === undefined || now.status !== 'running') return now ?? run;
    if (Date.now() > deadline) {
      throw new IrisError('SANDBOX_BUSY', `${run.id} does not end`, {
        hint: `Close its sandbox: iris sandbox close ${run.sandbox?.id ?? '--all'}`,
      });
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
