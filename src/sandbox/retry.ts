import type { ErrorCode } from '../core/error-codes.ts';
import { toIrisError, type IrisError } from '../core/errors.ts';
import { Backoff } from './backoff.ts';
import { isRefusal } from './process-refusal.ts';

export interface RetryOptions {
  readonly signal?: AbortSignal | undefined;
  /** Whether a failure other than being busy may be over in a moment, and the call may be made once more after it. */
  readonly passes: (failure: IrisError) => boolean;
  /** Told of each failure that is followed by another attempt. */
  readonly onRetry?: ((failure: IrisError) => void) | undefined;
}

/** A host that asks to come back later is asked again for so long. */
const BUSY_LIMIT_MS = 30_000;
/** One that cannot be reached is probably not there at all, and somebody waits for the answer. */
const UNREACHED_LIMIT_MS = 3_000;

/** Makes a call again when it failed for a reason that passes. Throws what the last attempt threw, as an IrisError. */
export async function retrying<T>(call: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { signal, passes, onRetry } = options;
  const busy = new Backoff({ limitMs: BUSY_LIMIT_MS, signal });
  const unreached = new Backoff({ limitMs: UNREACHED_LIMIT_MS, signal });
  for (;;) {
    try {
      return await call();
    } catch (thrown) {
      const failure = toIrisError(thrown);
      const backoff = isBusy(failure.code) ? busy : passes(failure) ? unreached : undefined;
      if (signal?.aborted === true || backoff === undefined || !(await backoff.wait())) throw failure;
      onRetry?.(failure);
    }
  }
}

/** Nothing was done, and later it may be. */
function isBusy(code: ErrorCode): boolean {
  return code === 'RATE_LIMITED' || code === 'SANDBOX_BUSY';
}

/** For what must not be done twice: only what certainly did nothing is made again. */
export function passesUndone(failure: IrisError): boolean {
  return failure.code === 'SANDBOX_UNAVAILABLE' && !isRefusal(failure);
}

/** For what may be done twice: also what nobody knows to be done is made again. */
export function passesRepeatable(failure: IrisError): boolean {
  return (failure.code === 'SANDBOX_UNAVAILABLE' || failure.code === 'SANDBOX_LOST') && !isRefusal(failure);
}

/** For what is asked again and again until it is known. */
export function passesLater(failure: IrisError): boolean {
  return isBusy(failure.code) || passesRepeatable(failure);
}
