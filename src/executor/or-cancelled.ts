import { IrisError } from '../core/errors.ts';

/** Stops waiting when the signal aborts; the work goes on, for others may share it and the next call profits. */
export async function orCancelled<T>(work: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return await work;
  let stop: (() => void) | undefined;
  const aborted = new Promise<never>((_, reject) => {
    stop = () => reject(cancelled(signal));
    signal.addEventListener('abort', stop, { once: true });
  });
  try {
    return await Promise.race([work, aborted]);
  } finally {
    if (stop !== undefined) signal.removeEventListener('abort', stop);
  }
}

/** The error of a run that nobody waits for any more. */
export function cancelled(signal: AbortSignal): IrisError {
  return new IrisError('CANCELLED', 'The run was cancelled', { cause: signal.reason });
}
