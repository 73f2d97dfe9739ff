import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { encodeEnvelope, END_OF_STREAM } from '../../core/connect-envelope.ts';
import type { ConnectFailure } from '../../core/connect-failure.ts';

/** The body of a Connect stream whose messages are JSON. */
export class JsonStream {
  readonly #response: ServerResponse;
  readonly #keepaliveTimer: NodeJS.Timeout;

  constructor(
    response: ServerResponse,
    { keepaliveMs, keepalive }: { keepaliveMs: number; keepalive: object },
  ) {
    this.#response = response;
    this.#keepaliveTimer = setInterval(() => this.#keepAlive(keepalive), keepaliveMs).unref();
    response.writeHead(200, { 'content-type': 'application/connect+json' });
    response.once('close', () => clearInterval(this.#keepaliveTimer));
  }

  /** Sends messages and waits until the client has taken them, or has left. */
  async send(messages: readonly object[]): Promise<void> {
    let hasRoom = true;
    for (const message of messages) hasRoom = this.#write(message);
    if (hasRoom || this.#response.destroyed) return;
    const isSettled = new AbortController();
    const settled = ['drain', 'close'].map((name) =>
      once(this.#response, name, { signal: isSettled.signal }),
    );
    await Promise.race(settled).finally(() => {
      for (const each of settled) each.catch(() => undefined);
      isSettled.abort();
    });
  }

  /** Ends the stream, with the failure if there is one. */
  end(failure?: ConnectFailure): void {
    clearInterval(this.#keepaliveTimer);
    if (this.#response.destroyed || this.#response.writableEnded) return;
    const trailer = failure ? { error: failure.toJSON() } : {};
    this.#response.end(encodeEnvelope(END_OF_STREAM, Buffer.from(JSON.stringify(trailer))));
  }

  /** A client that does not even read what it got needs no more of it. */
  #keepAlive(message: object): void {
    if (!this.#response.writableNeedDrain) this.#write(message);
  }

  #write(message: object): boolean {
    if (this.#response.destroyed || this.#response.writableEnded) return true;
    this.#keepaliveTimer.refresh();
    return this.#response.write(encodeEnvelope(0, Buffer.from(JSON.stringify(message))));
  }
}
