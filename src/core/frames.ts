/** Length-prefixed frames: `u32 length of what follows`, `u8 type`, payload. */
export interface Frame {
  readonly type: number;
  readonly payload: Buffer;
}

const HEADER_BYTES = 5;

/** The header of a frame, to be written before a payload that need not be copied. */
export function frameHeader(type: number, payloadBytes: number): Buffer {
  const header = Buffer.allocUnsafe(HEADER_BYTES);
  header.writeUInt32BE(payloadBytes + 1, 0);
  header[4] = type;
  return header;
}

/** One whole frame in one buffer, for small payloads. */
export function encodeFrame(type: number, payload: Buffer | string = ''): Buffer {
  const body = typeof payload === 'string' ? Buffer.from(payload) : payload;
  return Buffer.concat([frameHeader(type, body.length), body]);
}

/** Cuts a byte stream into frames. Throws RangeError on a frame over `maxPayloadBytes`. */
export class FrameDecoder {
  readonly #maxPayloadBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #wanted = HEADER_BYTES;

  constructor(maxPayloadBytes: number) {
    this.#maxPayloadBytes = maxPayloadBytes;
  }

  /** Takes the next chunk and returns the frames that it completes, in order. */
  push(chunk: Buffer): Frame[] {
    this.#parts.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#wanted) return [];
    return this.#drain();
  }

  #drain(): Frame[] {
    const buffer = this.#parts.length === 1 && this.#parts[0] ? this.#parts[0] : Buffer.concat(this.#parts);
    const frames: Frame[] = [];
    let offset = 0;
    this.#wanted = HEADER_BYTES;
    while (buffer.length - offset >= HEADER_BYTES) {
      const end = offset + 4 + this.#lengthAt(buffer, offset);
      if (end > buffer.length) {
        this.#wanted = end - offset;
        break;
      }
      frames.push({
        type: buffer.readUInt8(offset + 4),
        payload: buffer.subarray(offset + HEADER_BYTES, end),
      });
      offset = end;
    }
    this.#bytes = buffer.length - offset;
    this.#parts = this.#bytes > 0 ? [buffer.subarray(offset)] : [];
    return frames;
  }

  #lengthAt(buffer: Buffer, offset: number): number {
    const length = buffer.readUInt32BE(offset);
    if (length < 1 || length - 1 > this.#maxPayloadBytes) {
      throw new RangeError(`Frame of ${length} bytes, at most ${this.#maxPayloadBytes} allowed`);
    }
    return length;
  }
}
