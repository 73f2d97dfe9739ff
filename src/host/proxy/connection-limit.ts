import { ENVD_PORT } from '../sandboxes/ask-agent.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';

/** Together less than the channels of one sandbox, so that user programs never keep a client from envd. */
const MAX_TO_ENVD = 512;
const MAX_TO_PORTS = 448;

interface OpenCounts {
  toEnvd: number;
  toPorts: number;
}

/** Bounds how many requests and upgraded connections one sandbox carries at a time. */
export class ConnectionLimit {
  readonly #counts = new WeakMap<KnownSandbox, OpenCounts>();

  /** Takes a place and returns what gives it back; undefined when all are taken. */
  take(sandbox: KnownSandbox, port: number): (() => void) | undefined {
    const counts = this.#countsOf(sandbox);
    if (port === ENVD_PORT) {
      if (counts.toEnvd >= MAX_TO_ENVD) return undefined;
      counts.toEnvd += 1;
      return () => (counts.toEnvd -= 1);
    }
    if (counts.toPorts >= MAX_TO_PORTS) return undefined;
    counts.toPorts += 1;
    return () => (counts.toPorts -= 1);
  }

  #countsOf(sandbox: KnownSandbox): OpenCounts {
    const known = this.#counts.get(sandbox);
    if (known) return known;
    const counts = { toEnvd: 0, toPorts: 0 };
    this.#counts.set(sandbox, counts);
    return counts;
  }
}
