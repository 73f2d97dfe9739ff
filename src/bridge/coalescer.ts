/** What goes in one request; a larger piece goes alone. */
const MAX_BATCH_BYTES = 256 * 1024;

interface Piece {
  readonly bytes: Buffer;
  readonly resolve: () => void;
  readonly reject: (error: unknown) => void;
}

/**
 * Sends pieces in their order, one request at a time: those of one turn of the event loop travel together, and those
 * that come while a request is under way in the next.
 */
export class Coalescer {
  readonly #send: (bytes: Buffer) => Promise<void>;
  #waiting: Piece[] = [];
  #isSending = false;

  constructor(send: (bytes: Buffer) => Promise<void>) {
    this.#send = send;
  }

  /** Resolves when the piece was sent; rejects with what the request failed with. */
  add(bytes: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiting.push({ bytes, resolve, reject });
      if (this.#isSending) return;
      this.#isSending = true;
      // After all promises of this turn, for answers to calls that came together are many promises apart, and before
      // what was put off until the answers are on their way.
      process.nextTick(() => void this.#sendAll());
    });
  }

  async #sendAll(): Promise<void> {
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      try {
        await this.#send(Buffer.concat(batch.map(({ bytes }) => bytes)));
        for (const { resolve } of batch) resolve();
      } catch (thrown) {
        for (const { reject } of batch) reject(thrown);
      }
    }
    this.#isSending = false;
  }

  #takeBatch(): readonly Piece[] {
    let bytes = 0;
    let count = 0;
    for (const piece of this.#waiting) {
      if (count > 0 && bytes + piece.bytes.length > MAX_BATCH_BYTES) break;
      bytes += piece.bytes.length;
      count += 1;
    }
    return this.#waiting.splice(0, count);
  }
}
