import { readRun } from '../../../app/runs/read-runs.ts';
import type { RunRecord } from '../../../contract/run-record.ts';
import { IrisError } from '../../../core/errors.ts';
import { askDaemon } from '../../ask-daemon.ts';
import { printJson } from '../../terminal/print.ts';
import { openRun } from './kept-runs.ts';

const POLL_MS = 50;
const GRACE_MS = 2_000;
/** SIGTERM, its grace, SIGKILL, and some more. */
const BUDGET_MS = 12_000;

/** `iris runs cancel`: ends a run, first with SIGTERM; one that has ended is left as it is. */
export async function runsCancel(word: string, options: { readonly json?: boolean }): Promise<void> {
  const { stateDir, run } = await openRun(word);
  const isChanged = run.status === 'running';
  if (isChanged) await end(stateDir, run);
  const ended = isChanged ? await demandEnd(stateDir, run) : run;
  if (options.json === true) printJson({ id: run.id, status: ended.status, isChanged });
  else if (isChanged) process.stdout.write(`cancelled ${run.id}\n`);
  else process.stderr.write(`iris: ${run.id} has ended already: ${run.status}\n`);
}

async function end(stateDir: string, run: RunRecord): Promise<void> {
  const { id, owner } = run;
  if (!owner.isDaemon) return await endProcess(stateDir, run);
  const { isEnded } = await askDaemon('run.cancel', { id }, undefined);
  if (isEnded) return;
  throw new IrisError('IRIS_CONFLICT', `${id} belongs to an older daemon, which ends with its last run`, {
    hint: `End it with all that it runs: kill ${owner.pid}`,
  });
}

/** A run without the daemon: its own process passes SIGTERM on to the script, and gives up on it at SIGHUP. */
async function endProcess(stateDir: string, run: RunRecord): Promise<void> {
  process.kill(run.owner.pid, 'SIGTERM');
  if ((await untilEnded(stateDir, run, GRACE_MS)) === undefined) process.kill(run.owner.pid, 'SIGHUP');
}

async function demandEnd(stateDir: string, run: RunRecord): Promise<RunRecord> {
  const ended = await untilEnded(stateDir, run, BUDGET_MS);
  if (ended !== undefined) return ended;
  throw new IrisError('SANDBOX_BUSY', `${run.id} does not end`, {
    hint: `Close its sandbox: iris sandbox close ${run.sandbox?.id ?? '--all'}`,
  });
}

/** The run when it has ended; undefined where that takes longer. */
async function untilEnded(
  stateDir: string,
  run: RunRecord,
  budgetMs: number,
): Promise<RunRecord | undefined> {
  const deadline = Date.now() + budgetMs;
  for (;;) {
    const now = await readRun(stateDir, run.id);
    if (now?.status !== 'running') return now ?? run;
    if (Date.now() > deadline) return undefined;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
