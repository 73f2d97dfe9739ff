import type { Question } from '../contract/daemon-wire.ts';
import type { SignalName } from '../core/signal-name.ts';

/** A client, as whoever answers it sees it. */
export interface ClientEnd {
  /** Aborts when the client is gone. */
  readonly signal: AbortSignal;
  onSignal(listener: (name: SignalName) => void): void;
  /** Calls back when the client's terminal has another size, which nobody has checked yet. */
  onResize(listener: (size: unknown) => void): void;
  /** The client's standard input, asked for a chunk at a time. */
  stdin(): AsyncGenerator<Buffer, void>;
  /** Asks the client and gives its reply, which nobody has checked yet. Rejects with CANCELLED when it goes away. */
  ask(question: Question): Promise<unknown>;
  /** Sends JSON; small, so it waits for nothing. */
  sendJson(type: number, value: unknown): void;
  /** Sends bytes without copying them and waits until the client keeps up. */
  sendBytes(type: number, bytes: Buffer): Promise<void>;
}
