import { IrisError } from '../../core/errors.ts';

export interface QueuedOptions {
  /** From the moment that the work is added. */
  readonly deadlineMs?: number | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Ends the work that runs when its deadline passes. */
  readonly stop?: (() => Promise<void>) | undefined;
}

const MAX_WAITING = 10_000;

/** Runs one piece of work after the other. What is not begun can be given up; what runs too long is stopped. */
export class CallQueue {
  #last: Promise<unknown> = Promise.resolve();
  #waiting = 0;

  /** Throws IRIS_LIMIT_EXCEEDED when too many wait, IRIS_UNAVAILABLE after the deadline, and what the work throws. */
  async add<T>(work: () => Promise<T>, options: QueuedOptions = {}): Promise<T> {
    if (this.#waiting >= MAX_WAITING) throw overrun();
    this.#waiting += 1;
    const addedAt = performance.now();
    const turn = this.#last.then(() => {
      this.#waiting -= 1;
      return runInTime(work, options, addedAt);
    });
    this.#last = turn.catch(() => undefined);
    return await turn;
  }
}

async function runInTime<T>(
  work: () => Promise<T>,
  { deadlineMs, signal, stop }: QueuedOptions,
  addedAt: number,
): Promise<T> {
  signal?.throwIfAborted();
  if (deadlineMs === undefined) return await work();
  const leftMs = deadlineMs - (performance.now() - addedAt);
  if (leftMs <= 0) throw tooLate(deadlineMs);
  let timer: NodeJS.Timeout | undefined;
  const stopped = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => {
      // The next one begins when this one is gone for good.
      void (stop?.() ?? Promise.resolve()).finally(() => reject(tooLate(deadlineMs)));
    }, leftMs);
  });
  try {
    return await Promise.race([work(), stopped]);
  } finally {
    clearTimeout(timer);
  }
}

function tooLate(deadlineMs: number): IrisError {
  return new IrisError('IRIS_UNAVAILABLE', `The store did not answer within ${deadlineMs} ms`, {
    hint: 'Try again, or ask for less at once.',
  });
}

function overrun(): IrisError {
  return new IrisError('IRIS_LIMIT_EXCEEDED', `${MAX_WAITING} calls wait for the store already`, {
    hint: 'Wait for answers before you send more.',
  });
}
