import { Script } from 'node:vm';

export type CappedRun<Value> =
  { readonly type: 'finished'; readonly value: Value } | { readonly type: 'timed-out' };

/**
 * Runs synchronous work and ends it after a time, even in the middle of a regular expression.
 *
 * The work must hold nothing that has to be released: it may end anywhere.
 */
export function runCapped<Value>(work: () => Value, capMs: number): CappedRun<Value> {
  const runs: CappedRun<Value>[] = [];
  try {
    // The cap of a script holds for everything that it calls.
    new Script('run()').runInNewContext(
      { run: () => void runs.push({ type: 'finished', value: work() }) },
      { timeout: capMs },
    );
  } catch (error) {
    if (!isTimeout(error)) throw error;
  }
  return runs[0] ?? { type: 'timed-out' };
}

function isTimeout(error: unknown): boolean {
  // It is an error of the other context, and so no Error here.
  return (
    typeof error === 'object' &&
    error !== null &&
    'code' in error &&
    error.code === 'ERR_SCRIPT_EXECUTION_TIMEOUT'
  );
}
