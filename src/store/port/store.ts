import type { Driver, Engine, Identity } from './driver.ts';

export interface StoreCallOptions {
  readonly signal?: AbortSignal | undefined;
  /** @default 30000 */
  readonly deadlineMs?: number | undefined;
}

/** The data of one project. */
export interface Store {
  readonly engine: Engine;
  /** Calls one operation with plain JSON and returns plain JSON. Throws IrisError with the stable codes of the tools. */
  call(
    operation: `iris_${string}`,
    input: Readonly<Record<string, unknown>>,
    options?: StoreCallOptions,
  ): Promise<unknown>;
}

const DEADLINE_MS = 30_000;

/** Narrows a database to what one identity may see. */
export function bindStore(driver: Driver, identity: Identity): Store {
  return {
    engine: driver.engine,
    call: (operation, input, { signal, deadlineMs = DEADLINE_MS } = {}) =>
      driver.call({ operation, input, identity, deadlineMs, signal }),
  };
}
