import { IrisError, toIrisError } from '../core/errors.ts';

/** What was thrown, with hints for whoever writes code instead of a command. */
export function inLibraryWords(thrown: unknown, isClosing: boolean): IrisError {
  const error = toIrisError(thrown);
  if (isClosing && error.code !== 'IRIS_CLOSED') return closedMeanwhile(error);
  if (error.code === 'RUN_TIMED_OUT') {
    return new IrisError(error.code, error.message, {
      hint: 'Give it more time with timeoutMs, or 0 for no limit.',
      cause: error,
    });
  }
  return error;
}

/** The error of an execution whose executor was closed under it. */
export function closedMeanwhile(cause?: unknown): IrisError {
  return new IrisError('CANCELLED', 'The executor was closed while the script ran', {
    hint: 'Await the results before close(), or before the block of `await using` ends.',
    cause,
  });
}
