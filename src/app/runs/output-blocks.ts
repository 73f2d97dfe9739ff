import { FRAME_HEADER_BYTES, outputHeader, type OutputPiece } from './output-frame.ts';

/** Frames one after the other, as they are written to a file. */
export interface OutputBlock {
  /** How many bytes of output came before it. */
  readonly offset: number;
  readonly buffer: Buffer;
  usedBytes: number;
  payloadBytes: number;
}

interface OpenFrame {
  readonly source: OutputPiece['source'];
  readonly atMs: number;
  /** Where its header stands. */
  readonly at: number;
  bytes: number;
}

export interface OutputBlocksOptions {
  readonly blockBytes: number;
  /** How many blocks may wait; the oldest gives way. */
  readonly maxBlocks: number;
}

/** Pieces that come so soon after each other have one time. */
const SAME_TIME_MS = 10;
/** Most scripts write less than this. */
const FIRST_BLOCK_BYTES = 16 * 1024;
const LEAST_FRAME_BYTES = FRAME_HEADER_BYTES + 1;

/**
 * Output that waits to be written. It is copied into a few blocks that are used again: to hold the buffers that it
 * came in would cost many times as much.
 */
export class OutputBlocks {
  readonly #options: OutputBlocksOptions;
  #waiting: OutputBlock[] = [];
  #spare: Buffer[] = [];
  #frame: OpenFrame | undefined;
  #isFirst = true;
  #hasShed = false;

  constructor(options: OutputBlocksOptions) {
    this.#options = options;
  }

  /** Whether something gave way: output comes in faster than it is taken. */
  get hasShed(): boolean {
    return this.#hasShed;
  }

  /** Takes a piece that begins at this place of the whole output. */
  add(piece: OutputPiece, offset: number): void {
    let done = 0;
    while (done < piece.data.length) done += this.#append(piece, done, offset + done);
  }

  /** Gives all that waits. */
  take(): OutputBlock[] {
    const blocks = this.#waiting;
    this.#waiting = [];
    this.#frame = undefined;
    this.#hasShed = false;
    return blocks;
  }

  /** Takes a block back that was written. */
  giveBack({ buffer }: OutputBlock): void {
    if (buffer.length === this.#options.blockBytes && this.#spare.length < this.#options.maxBlocks)
      this.#spare.push(buffer);
  }

  /** Copies what fits into the newest block, and returns how much that was. */
  #append(piece: OutputPiece, from: number, offset: number): number {
    const block = this.#openBlock(offset);
    const frame = this.#openFrame(block, piece);
    const size = piece.data.copy(block.buffer, block.usedBytes, from);
    block.usedBytes += size;
    block.payloadBytes += size;
    frame.bytes += size;
    block.buffer.writeUInt32BE(frame.bytes, frame.at);
    return size;
  }

  /** The newest block, if it has room and its output goes on here. */
  #openBlock(offset: number): OutputBlock {
    const last = this.#waiting.at(-1);
    const hasRoom = last !== undefined && last.buffer.length - last.usedBytes >= LEAST_FRAME_BYTES;
    if (hasRoom && last.offset + last.payloadBytes === offset) return last;
    this.#frame = undefined;
    const block = { offset, buffer: this.#newBuffer(), usedBytes: 0, payloadBytes: 0 };
    this.#waiting.push(block);
    return block;
  }

  #newBuffer(): Buffer {
    const { blockBytes, maxBlocks } = this.#options;
    if (this.#isFirst) {
      this.#isFirst = false;
      return Buffer.allocUnsafeSlow(Math.min(blockBytes, FIRST_BLOCK_BYTES));
    }
    const oldest = this.#waiting.length >= maxBlocks ? this.#waiting.shift() : undefined;
    if (oldest !== undefined) {
      this.#hasShed = true;
      this.giveBack(oldest);
    }
    return this.#spare.pop() ?? Buffer.allocUnsafeSlow(blockBytes);
  }

  #openFrame(block: OutputBlock, { source, atMs }: OutputPiece): OpenFrame {
    const frame = this.#frame;
    if (frame?.source === source && atMs - frame.atMs < SAME_TIME_MS) return frame;
    const opened = { source, atMs, at: block.usedBytes, bytes: 0 };
    outputHeader(opened, 0).copy(block.buffer, block.usedBytes);
    block.usedBytes += FRAME_HEADER_BYTES;
    this.#frame = opened;
    return opened;
  }
}
