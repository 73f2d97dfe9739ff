import { once } from 'node:events';
import type { ServerResponse } from 'node:http';
import { encodeEnvelope, END_OF_STREAM } from '../../core/connect-envelope.ts';
import type { ConnectFailure } from '../../core/connect-failure.ts';

interface MessageStreamOptions<Message> {
  readonly codec: 'json' | 'proto';
  /** @default JSON */
  readonly encode?: ((message: Message) => Buffer) | undefined;
  readonly keepaliveMs: number;
  readonly keepalive: Message;
}

/** The body of a Connect stream. */
export class MessageStream<Message extends object> {
  readonly #response: ServerResponse;
  readonly #encode: (message: Message) => Buffer;
  readonly #keepaliveTimer: NodeJS.Timeout;

  constructor(
    response: ServerResponse,
    { codec, encode, keepaliveMs, keepalive }: MessageStreamOptions<Message>,
  ) {
    this.#response = response;
    this.#encode = encode ?? ((message) => Buffer.from(JSON.stringify(message)));
    this.#keepaliveTimer = setInterval(() => this.#keepAlive(keepalive), keepaliveMs).unref();
    response.writeHead(200, { 'content-type': `application/connect+${codec}` });
    response.once('close', () => clearInterval(this.#keepaliveTimer));
  }

  /** Sends messages and waits until the client has taken them, or has left. */
  async send(messages: readonly Message[]): Promise<void> {
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
  #keepAlive(message: Message): void {
    if (!this.#response.writableNeedDrain) this.#write(message);
  }

  #write(message: Message): boolean {
    if (this.#response.destroyed || this.#response.writableEnded) return true;
    this.#keepaliveTimer.refresh();
    return this.#response.write(encodeEnvelope(0, this.#encode(message)));
  }
}
