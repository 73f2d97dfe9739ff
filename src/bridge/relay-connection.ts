import { Duplex } from 'node:stream';
import { END, frame } from './relay-wire.ts';

/** What may wait to be read before the relay is read no further. */
const MAX_UNREAD_BYTES = 4 * 1024 * 1024;

type Done = (error?: Error | null) => void;

/** One connection of a script behind the relay. Whoever writes to it writes whole lines. */
export class RelayConnection extends Duplex {
  readonly #key: number;
  readonly #send: (bytes: Buffer) => Promise<void>;

  #onRead: () => void = () => undefined;

  constructor(key: number, send: (bytes: Buffer) => Promise<void>) {
    super({ allowHalfOpen: true });
    this.#key = key;
    this.#send = send;
    this.on('error', () => undefined);
  }

  /** Takes a line of the script; undefined for its end. */
  receive(line: Buffer | undefined): void {
    if (this.destroyed) return;
    this.push(line === undefined ? null : Buffer.concat([line, Buffer.from('\n')]));
  }

  /** Resolves when little enough waits to be read. */
  async room(): Promise<void> {
    while (!this.destroyed && this.readableLength > MAX_UNREAD_BYTES) {
      await new Promise<void>((resolve) => (this.#onRead = resolve));
    }
  }

  override _read(): void {
    this.#onRead();
  }

  override _destroy(error: Error | null, done: Done): void {
    this.#onRead();
    done(error);
  }

  override _write(line: Buffer, _encoding: BufferEncoding, done: Done): void {
    // Taken as soon as it is in the queue: the next lines then travel with it.
    this.#send(frame(this.#key, line.subarray(0, -1))).then(
      () => undefined,
      (error: Error) => this.destroy(error),
    );
    done();
  }

  override _final(done: Done): void {
    this.#send(frame(this.#key, END)).then(() => done(), done);
  }
}
