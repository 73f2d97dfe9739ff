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

export interface FrameDecoderOptions {
  readonly maxPayloadBytes: number;
  /** Types whose payload is passed on in pieces as it comes in, uncopied: bulk bytes. */
  readonly streamed?: ReadonlySet<number>;
}

/** Cuts a byte stream into frames. Throws RangeError on a frame that is too large or has no type. */
export class FrameDecoder {
  readonly #options: FrameDecoderOptions;
  /** What came in of a header, or of a frame that is not passed on in pieces. */
  #pending: Buffer = Buffer.alloc(0);
  #wantedBytes = HEADER_BYTES;
  #streamedType = 0;
  #streamedBytes = 0;

  constructor(options: FrameDecoderOptions) {
    this.#options = options;
  }

  /** Takes the next chunk and returns what it completes, in order. */
  push(chunk: Buffer): Frame[] {
    const frames: Frame[] = [];
    let rest = this.#takeStreamed(chunk, frames);
    if (rest.length === 0) return frames;
    if (this.#pending.length > 0) rest = Buffer.concat([this.#pending, rest]);
    if (rest.length >= this.#wantedBytes) rest = this.#takeFrames(rest, frames);
    this.#pending = rest;
    return frames;
  }

  #takeFrames(bytes: Buffer, frames: Frame[]): Buffer {
    let rest = bytes;
    this.#wantedBytes = HEADER_BYTES;
    while (rest.length >= HEADER_BYTES) {
      const payloadBytes = this.#payloadBytes(rest);
      const type = rest.readUInt8(4);
      if (this.#options.streamed?.has(type) === true) {
        this.#streamedType = type;
        this.#streamedBytes = payloadBytes;
        rest = this.#takeStreamed(rest.subarray(HEADER_BYTES), frames);
        continue;
      }
      const end = HEADER_BYTES + payloadBytes;
      if (rest.length < end) {
        this.#wantedBytes = end;
        break;
      }
      frames.push({ type, payload: rest.subarray(HEADER_BYTES, end) });
      rest = rest.subarray(end);
    }
    return rest;
  }

  #takeStreamed(bytes: Buffer, frames: Frame[]): Buffer {
    if (this.#streamedBytes === 0) return bytes;
    const payload = bytes.subarray(0, this.#streamedBytes);
    this.#streamedBytes -= payload.length;
    if (payload.length > 0) frames.push({ type: this.#streamedType, payload });
    return bytes.subarray(payload.length);
  }

  #payloadBytes(bytes: Buffer): number {
    const payloadBytes = bytes.readUInt32BE(0) - 1;
    if (payloadBytes >= 0 && payloadBytes <= this.#options.maxPayloadBytes) return payloadBytes;
    throw new RangeError(
      `A frame of ${payloadBytes} bytes, at most ${this.#options.maxPayloadBytes} allowed`,
    );
  }
}
