const SMALL_BYTES = 1024;
const BLOCK_BYTES = 16 * 1024;

/**
 * Bytes that wait for their reader. Small pieces are copied together: a million pieces of one byte
 * take about a megabyte, not a million buffer objects.
 */
export class ByteQueue {
  readonly #pieces: Buffer[] = [];
  #block: Buffer | undefined;
  #blockBytes = 0;

  get isEmpty(): boolean {
    return this.#pieces.length === 0 && this.#block === undefined;
  }

  push(bytes: Buffer): void {
    if (bytes.length >= SMALL_BYTES) {
      this.#closeBlock();
      this.#pieces.push(bytes);
      return;
    }
    if (this.#block && this.#blockBytes + bytes.length > BLOCK_BYTES) this.#closeBlock();
    this.#block ??= Buffer.allocUnsafeSlow(BLOCK_BYTES);
    this.#blockBytes += bytes.copy(this.#block, this.#blockBytes);
  }

  shift(): Buffer | undefined {
    if (this.#pieces.length === 0) this.#closeBlock();
    return this.#pieces.shift();
  }

  clear(): void {
    this.#pieces.length = 0;
    this.#block = undefined;
    this.#blockBytes = 0;
  }

  #closeBlock(): void {
    if (!this.#block) return;
    this.#pieces.push(this.#block.subarray(0, this.#blockBytes));
    this.#block = undefined;
    this.#blockBytes = 0;
  }
}
