import type { Duplex } from 'node:stream';

/** What a proxy protocol asks of the gate. */
export interface WayOut {
  /** A connection to `host`. Throws AUTH_REJECTED, FILE_NOT_FOUND, RATE_LIMITED or SANDBOX_UNAVAILABLE. */
  connect(host: string, port: number): Promise<Duplex>;
  /** Carries bytes both ways from here on. */
  join(program: Duplex, outside: Duplex): void;
}
