export interface LinkedSignal extends Disposable {
  readonly signal: AbortSignal;
}

/**
 * A signal that aborts with the first of `sources`, as a plain abort whatever their reasons are; disposing of it takes it
 * off them, for they may live long.
 */
export function linkSignals(sources: readonly (AbortSignal | undefined)[]): LinkedSignal {
  const controller = new AbortController();
  const stop = (): void => controller.abort();
  for (const source of sources) {
    if (source?.aborted === true) stop();
    source?.addEventListener('abort', stop, { once: true });
  }
  return {
    signal: controller.signal,
    [Symbol.dispose]: () => {
      for (const source of sources) source?.removeEventListener('abort', stop);
    },
  };
}
