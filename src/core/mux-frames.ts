/** The frames of the multiplexer: `u32 length of what follows`, `u8 type`, `u32 channel id`, payload. */
export const MUX_FRAME = { open: 1, data: 2, end: 3, reset: 4, window: 5 } as const;

export const MAX_DATA_BYTES = 64 * 1024;
const HEADER_BYTES = 9;
const HEADER_TAIL_BYTES = 5;
const MAX_CONTROL_BYTES = 1024;

/** What a reader of frames reports to. Bytes of a data frame may come in several pieces. */
export interface MuxFrameSink {
  onData(channelId: number, bytes: Buffer): void;
  onControl(type: number, channelId: number, payload: Buffer): void;
  onViolation(fact: string): void;
}

/** The header of a frame, written before payload buffers that are not copied. */
export function muxFrameHeader(type: number, channelId: number, payloadBytes: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32BE(payloadBytes + HEADER_TAIL_BYTES, 0);
  header[4] = type;
  header.writeUInt32BE(channelId, 5);
  return header;
}

/** One u32 as a payload. */
export function encodeUint32(value: number): Buffer {
  const bytes = Buffer.allocUnsafe(4);
  bytes.writeUInt32BE(value, 0);
  return bytes;
}

/**
 * Cuts a byte stream into frames. Data is passed on as slices of the chunks that come in, as soon as they
 * come in, so that nothing is copied and nothing but a header or a small control payload is ever kept.
 */
export class MuxFrameReader {
  readonly #sink: MuxFrameSink;
  readonly #header = Buffer.allocUnsafe(HEADER_BYTES);
  #headerBytes = 0;
  #type = 0;
  #channelId = 0;
  #remaining = 0;
  #control: Buffer = Buffer.alloc(0);
  #isStopped = false;

  constructor(sink: MuxFrameSink) {
    this.#sink = sink;
  }

  /** Takes the next chunk. After a violation, or stop(), everything is ignored. */
  push(chunk: Buffer): void {
    let offset = 0;
    while (offset < chunk.length && !this.#isStopped) {
      offset = this.#remaining === 0 ? this.#readHeader(chunk, offset) : this.#readPayload(chunk, offset);
    }
  }

  /** Ignores everything from here on. */
  stop(): void {
    this.#isStopped = true;
  }

  #readHeader(chunk: Buffer, offset: number): number {
    if (this.#headerBytes === 0 && chunk.length - offset >= HEADER_BYTES) {
      this.#startFrame(chunk, offset);
      return offset + HEADER_BYTES;
    }
    const taken = Math.min(HEADER_BYTES - this.#headerBytes, chunk.length - offset);
    chunk.copy(this.#header, this.#headerBytes, offset, offset + taken);
    this.#headerBytes += taken;
    if (this.#headerBytes === HEADER_BYTES) {
      this.#headerBytes = 0;
      this.#startFrame(this.#header, 0);
    }
    return offset + taken;
  }

  #startFrame(from: Buffer, offset: number): void {
    const length = from.readUInt32BE(offset);
    this.#type = from.readUInt8(offset + 4);
    this.#channelId = from.readUInt32BE(offset + 5);
    const isData = this.#type === MUX_FRAME.data;
    const payloadBytes = length - HEADER_TAIL_BYTES;
    if (payloadBytes < 0 || payloadBytes > (isData ? MAX_DATA_BYTES : MAX_CONTROL_BYTES)) {
      this.stop();
      this.#sink.onViolation(`a frame of type ${this.#type} with ${payloadBytes} bytes`);
      return;
    }
    this.#remaining = payloadBytes;
    if (isData) return;
    this.#control = Buffer.allocUnsafe(payloadBytes);
    if (payloadBytes === 0) this.#sink.onControl(this.#type, this.#channelId, this.#control);
  }

  #readPayload(chunk: Buffer, offset: number): number {
    const end = Math.min(offset + this.#remaining, chunk.length);
    this.#remaining -= end - offset;
    if (this.#type === MUX_FRAME.data) {
      this.#sink.onData(this.#channelId, chunk.subarray(offset, end));
      return end;
    }
    chunk.copy(this.#control, this.#control.length - this.#remaining - (end - offset), offset, end);
    if (this.#remaining === 0) this.#sink.onControl(this.#type, this.#channelId, this.#control);
    return end;
  }
}
