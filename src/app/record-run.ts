import { relative } from 'node:path';
import type { RunResult } from '../contract/run-event.ts';
import type { RunRequest } from '../executor/run-request.ts';
import type { Store } from '../store/port/store.ts';
import type { CallLedger } from './call-ledger.ts';

export interface EndedRun {
  readonly request: Pick<RunRequest, 'runId' | 'scriptFile' | 'project'>;
  readonly startedAtMs: number;
  /** Undefined when the script did not end by itself. */
  readonly result: RunResult | undefined;
  readonly ledger: CallLedger;
}

const MAX_SCRIPT_CHARS = 1_000;

/** Keeps a run and its calls, and ties what it tracked of lineage to it. */
export async function recordRun(
  store: Store,
  { request, startedAtMs, result, ledger }: EndedRun,
): Promise<void> {
  // The last hashes are taken after the last answer.
  await new Promise((resolve) => setImmediate(resolve));
  const { calls, failed } = ledger.counts;
  await store.call('iris_run_record', {
    id: request.runId,
    script: relative(request.project, request.scriptFile).slice(-MAX_SCRIPT_CHARS),
    sandboxId: result?.sandbox.id,
    provider: result?.sandbox.provider,
    exitCode: result?.exitCode,
    signal: result?.signal,
    startedAt: new Date(startedAtMs).toISOString(),
    durationMs: Date.now() - startedAtMs,
    callCount: calls,
    failedCount: failed,
    calls: ledger.entries,
  });
}
