import { mkdir, open, rm, type FileHandle } from 'node:fs/promises';
import { OutputBlocks, type OutputBlock } from './output-blocks.ts';
import { FRAME_HEADER_BYTES, MAX_FRAME_PAYLOAD_BYTES, type OutputPiece } from './output-frame.ts';
import { segmentFile } from './output-segments.ts';

export interface OutputJournalOptions {
  readonly folder: string;
  /** What is kept: one half for the beginning, the other for the end. */
  readonly maxBytes: number;
  /** Told once when output can no longer be written. */
  readonly onFailure: (thrown: unknown) => void;
}

interface WrittenSegment {
  readonly file: string;
  bytes: number;
}

/** Output waits this long for more of it. */
const FLUSH_AFTER_MS = 25;
/** When most of it is left out anyway, little of it is worth the time of the processes that make and read it. */
const RUSHED_FLUSH_AFTER_MS = 500;
/** So many blocks hold the end. */
const TAIL_BLOCKS = 8;
const LEAST_BLOCK_BYTES = 64;

/**
 * Keeps what a script writes in files that are only added to: the beginning in one, the end in several, of which the
 * oldest go when there is too much. Nothing waits for it: what comes in too fast is left out in the middle.
 */
export class OutputJournal {
  readonly #options: OutputJournalOptions;
  readonly #halfBytes: number;
  readonly #head: OutputBlocks;
  readonly #tail: OutputBlocks;
  #offset = 0;
  #headLeft: number;
  #timer: NodeJS.Timeout | undefined;
  #work: Promise<void> = Promise.resolve();
  #hasFailed = false;
  #isRushed = false;
  /** The head comes first and stays. */
  #segments: WrittenSegment[] = [];
  #file: FileHandle | undefined;
  #nextOffset = -1;

  constructor(options: OutputJournalOptions) {
    this.#options = options;
    this.#halfBytes = Math.floor(options.maxBytes / 2);
    const share = Math.max(Math.floor(this.#halfBytes / TAIL_BLOCKS), LEAST_BLOCK_BYTES);
    const blockBytes = Math.min(MAX_FRAME_PAYLOAD_BYTES, share);
    const maxBlocks = Math.max(1, Math.floor(this.#halfBytes / blockBytes));
    // Each block begins with a header of its own.
    this.#headLeft = this.#halfBytes - Math.ceil(this.#halfBytes / blockBytes) * FRAME_HEADER_BYTES;
    this.#head = new OutputBlocks({ blockBytes, maxBlocks: Number.POSITIVE_INFINITY });
    this.#tail = new OutputBlocks({ blockBytes, maxBlocks });
  }

  /** Takes what came in; the script does not wait for it. */
  add(piece: OutputPiece): void {
    if (this.#hasFailed || piece.data.length === 0) return;
    const { data } = piece;
    const headBytes = Math.max(Math.min(data.length, this.#headLeft - FRAME_HEADER_BYTES), 0);
    if (headBytes > 0) this.#head.add({ ...piece, data: data.subarray(0, headBytes) }, this.#offset);
    this.#headLeft = Math.max(this.#headLeft - headBytes - FRAME_HEADER_BYTES, 0);
    if (headBytes < data.length)
      this.#tail.add({ ...piece, data: data.subarray(headBytes) }, this.#offset + headBytes);
    this.#offset += data.length;
    this.#timer ??= setTimeout(() => this.#flush(), this.#isRushed ? RUSHED_FLUSH_AFTER_MS : FLUSH_AFTER_MS);
  }

  /** Writes what is left and closes the files. */
  async end(): Promise<void> {
    this.#flush();
    await this.#work;
    await this.#file?.close();
    this.#file = undefined;
  }

  #flush(): void {
    clearTimeout(this.#timer);
    this.#timer = undefined;
    this.#isRushed = this.#tail.hasShed;
    this.#work = this.#work.then(async () => {
      try {
        // Both at once: what comes in meanwhile comes after them.
        const [head, tail] = [this.#head.take(), this.#tail.take()];
        for (const block of head) await this.#write(block, true);
        for (const block of tail) {
          await this.#write(block, false);
          this.#tail.giveBack(block);
        }
      } catch (thrown) {
        if (!this.#hasFailed) this.#options.onFailure(thrown);
        this.#hasFailed = true;
      }
    });
  }

  async #write(block: OutputBlock, isHead: boolean): Promise<void> {
    const segment = this.#segments.at(-1);
    const isGap = block.offset !== this.#nextOffset;
    // One gap is enough: what is kept of the end is whole.
    if (isGap) await this.#dropTail();
    const isTailBegin = !isHead && this.#segments.length === 1;
    const isFull = !isHead && (segment?.bytes ?? 0) + block.usedBytes > this.#halfBytes / TAIL_BLOCKS;
    if (isGap || isTailBegin || isFull) await this.#openSegment(block.offset);
    await this.#file?.write(block.buffer, 0, block.usedBytes);
    this.#nextOffset = block.offset + block.payloadBytes;
    const current = this.#segments.at(-1);
    if (current !== undefined) current.bytes += block.usedBytes;
    await this.#dropOldest();
  }

  async #openSegment(offset: number): Promise<void> {
    await this.#file?.close();
    this.#file = undefined;
    const { folder } = this.#options;
    if (this.#segments.length === 0) await mkdir(folder, { recursive: true, mode: 0o700 });
    const file = segmentFile(folder, offset);
    this.#file = await open(file, 'ax', 0o600);
    this.#segments.push({ file, bytes: 0 });
  }

  async #dropTail(): Promise<void> {
    for (const { file } of this.#segments.splice(1)) await rm(file, { force: true });
  }

  async #dropOldest(): Promise<void> {
    let bytes = this.#segments.slice(1).reduce((sum, segment) => sum + segment.bytes, 0);
    while (bytes > this.#halfBytes) {
      const [oldest] = this.#segments.splice(1, 1);
      if (oldest === undefined) return;
      bytes -= oldest.bytes;
      await rm(oldest.file, { force: true });
    }
  }
}
