import type { Readable, Writable } from 'node:stream';

/** A way to the tools. While nobody waits for an answer it does not keep the process alive. */
export interface Link {
  readonly readable: Readable;
  readonly writable: Writable;
  /** Proves which run this is; empty where the way itself proves it. */
  readonly token: string;
  keepAlive(isWanted: boolean): void;
  close(): void;
}
