/** What is kept of a stream whose length nobody knows: its head and its tail. */
export interface KeptOutput {
  readonly text: string;
  readonly isTruncated: boolean;
}

const HEAD_SHARE = 3;

/** Keeps the head and the tail of a stream of bytes, and never more than twice `maxBytes` of it in memory. */
export class OutputWindow {
  readonly #headBytes: number;
  readonly #tailBytes: number;
  readonly #head: Buffer[] = [];
  #tail: Buffer[] = [];
  #inHead = 0;
  #inTail = 0;
  #total = 0;

  constructor(maxBytes: number) {
    this.#headBytes = Math.floor(maxBytes / HEAD_SHARE);
    this.#tailBytes = maxBytes - this.#headBytes;
  }

  get totalBytes(): number {
    return this.#total;
  }

  /** Takes bytes, which the caller may use again afterwards. */
  push(bytes: Uint8Array): void {
    this.#total += bytes.length;
    const forHead = bytes.subarray(0, this.#headBytes - this.#inHead);
    if (forHead.length > 0) {
      this.#head.push(Buffer.from(forHead));
      this.#inHead += forHead.length;
    }
    const rest = bytes.subarray(forHead.length).subarray(-this.#tailBytes);
    if (rest.length === 0) return;
    this.#tail.push(Buffer.from(rest));
    this.#inTail += rest.length;
    if (this.#inTail > 2 * this.#tailBytes) this.#trim();
  }

  /** What was kept, as text; a line says where something is missing, and how much. */
  read(): KeptOutput {
    this.#trim();
    const head = Buffer.concat(this.#head);
    const tail = Buffer.concat(this.#tail);
    const missing = this.#total - head.length - tail.length;
    if (missing === 0) return { text: Buffer.concat([head, tail]).toString('utf8'), isTruncated: false };
    const text = `${wholeStart(head)}\n[… ${missing} bytes left out …]\n${wholeEnd(tail)}`;
    return { text, isTruncated: true };
  }

  #trim(): void {
    const kept = Buffer.concat(this.#tail).subarray(-this.#tailBytes);
    this.#tail = [kept];
    this.#inTail = kept.length;
  }
}

const CONTINUATION = { mask: 0xc0, value: 0x80 } as const;
const LONGEST_CHARACTER = 4;

/** The text of bytes that may end in the middle of a character. */
function wholeStart(bytes: Buffer): string {
  return bytes.toString('utf8').replace(/\uFFFD+$/, '');
}

/** The text of bytes that may begin in the middle of a character. */
function wholeEnd(bytes: Buffer): string {
  let start = 0;
  while (start < LONGEST_CHARACTER && isContinuation(bytes[start])) start++;
  return bytes.subarray(start).toString('utf8');
}

function isContinuation(byte: number | undefined): boolean {
  return byte !== undefined && (byte & CONTINUATION.mask) === CONTINUATION.value;
}
