const NEWLINE = 10;

/** Cuts a stream of bytes into lines; one that grows over its limit ends it. */
export class LineSplitter {
  readonly #maxBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;

  constructor(maxBytes: number) {
    this.#maxBytes = maxBytes;
  }

  /** The lines that are whole now, without their ends. Throws RangeError for one that is too long. */
  *push(chunk: Buffer): Generator<Buffer, void> {
    let from = 0;
    for (;;) {
      const end = chunk.indexOf(NEWLINE, from);
      if (end === -1) break;
      const line = this.#join(chunk.subarray(from, end));
      from = end + 1;
      yield line;
    }
    if (from < chunk.length) this.#keep(chunk.subarray(from));
  }

  #join(last: Buffer): Buffer {
    if (this.#parts.length === 0) {
      this.#check(last.length);
      return last;
    }
    this.#keep(last);
    const line = Buffer.concat(this.#parts, this.#bytes);
    this.#parts = [];
    this.#bytes = 0;
    return line;
  }

  #keep(part: Buffer): void {
    this.#check(this.#bytes + part.length);
    this.#parts.push(part);
    this.#bytes += part.length;
  }

  #check(bytes: number): void {
    if (bytes > this.#maxBytes) throw new RangeError(`a line is longer than ${this.#maxBytes} bytes`);
  }
}
