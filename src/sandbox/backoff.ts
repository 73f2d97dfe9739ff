export interface BackoffOptions {
  /** From the first wait on. */
  readonly limitMs: number;
  readonly signal?: AbortSignal | undefined;
  readonly firstMs?: number;
  readonly longestMs?: number;
}

/**
 * Waits between attempts: each time up to twice as long, by chance half to the whole of it, so that many who failed at
 * the same moment do not come back at the same moment.
 */
export class Backoff {
  readonly #options: Required<Omit<BackoffOptions, 'signal'>> & Pick<BackoffOptions, 'signal'>;
  #endAt: number | undefined;
  #nextMs: number;

  constructor(options: BackoffOptions) {
    this.#options = { firstMs: 200, longestMs: 5_000, ...options };
    this.#nextMs = this.#options.firstMs;
  }

  /** Waits; false, at once, when the time for attempts is over. Throws an AbortError when the signal aborts. */
  async wait(): Promise<boolean> {
    const { limitMs, longestMs, signal } = this.#options;
    this.#endAt ??= performance.now() + limitMs;
    const waitMs = this.#nextMs * (0.5 + Math.random() / 2);
    if (performance.now() + waitMs > this.#endAt) return false;
    this.#nextMs = Math.min(this.#nextMs * 2, longestMs);
    await pause(waitMs, signal);
    return true;
  }
}

function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = (): void => {
      clearTimeout(timer);
      reject(new DOMException('Aborted', 'AbortError'));
    };
    const timer = setTimeout(() => {
      signal?.removeEventListener('abort', stop);
      resolve();
    }, ms);
    if (signal?.aborted === true) stop();
    else signal?.addEventListener('abort', stop, { once: true });
  });
}
