import { Duplex } from 'node:stream';

/** Two joined streams in one process: what is written to one is read from the other, with back-pressure. */
export function duplexPair(): [Duplex, Duplex] {
  const left = new PairedStream();
  const right = new PairedStream();
  left.join(right);
  right.join(left);
  return [left, right];
}

type Done = (error?: Error) => void;

class PairedStream extends Duplex {
  /** With the methods below, what node:http's Agent asks of a socket that it keeps. */
  readonly timeout = 0;
  #peer: PairedStream | undefined;
  #resumePeer: Done | undefined;

  join(peer: PairedStream): void {
    this.#peer = peer;
  }

  override _read(): void {
    const resume = this.#resumePeer;
    this.#resumePeer = undefined;
    resume?.();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: Done): void {
    this.#peer?.accept(chunk, done);
  }

  override _final(done: Done): void {
    this.#peer?.accept(null, done);
  }

  override _destroy(error: Error | null, done: (error: Error | null) => void): void {
    const isCleanEnd = error === null && this.writableFinished;
    this.#resumePeer?.();
    this.#resumePeer = undefined;
    // Asynchronous, as with a real socket. After a clean end the peer still has bytes to read.
    if (!isCleanEnd) process.nextTick(() => this.#peer?.destroy(socketError('ECONNRESET')));
    done(error);
  }

  setTimeout(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  accept(chunk: Buffer | null, done: Done): void {
    if (this.destroyed) {
      done(socketError('EPIPE'));
      return;
    }
    if (this.push(chunk) || chunk === null) done();
    else this.#resumePeer = done;
  }
}

function socketError(code: 'ECONNRESET' | 'EPIPE'): Error {
  return Object.assign(new Error(`The other end is closed (${code})`), { code });
}
