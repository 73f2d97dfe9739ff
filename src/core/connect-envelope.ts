/** The envelope of Connect's streams: `u8 flags`, `u32 length`, message. */
export interface Envelope {
  readonly flags: number;
  readonly payload: Buffer;
}

export const COMPRESSED = 0x01;
export const END_OF_STREAM = 0x02;
export const ENVELOPE_HEADER_BYTES = 5;

/** One whole envelope in one buffer. */
export function encodeEnvelope(flags: number, payload: Buffer): Buffer {
  return Buffer.concat([envelopeHeader(flags, payload.length), payload]);
}

/** The header alone, for a payload that is written after it uncopied. */
export function envelopeHeader(flags: number, payloadBytes: number): Buffer {
  const header = Buffer.allocUnsafe(ENVELOPE_HEADER_BYTES);
  header[0] = flags;
  header.writeUInt32BE(payloadBytes, 1);
  return header;
}

/** Cuts a byte stream into envelopes. Throws RangeError on a message over `maxMessageBytes`. */
export class EnvelopeDecoder {
  readonly #maxMessageBytes: number;
  #parts: Buffer[] = [];
  #bytes = 0;
  #wantedBytes = ENVELOPE_HEADER_BYTES;

  constructor(maxMessageBytes: number) {
    this.#maxMessageBytes = maxMessageBytes;
  }

  /** Whether the stream stops in the middle of an envelope. */
  get isPartial(): boolean {
    return this.#bytes > 0;
  }

  /** Takes the next chunk and returns the envelopes that it completes, in order. */
  push(chunk: Buffer): Envelope[] {
    this.#parts.push(chunk);
    this.#bytes += chunk.length;
    if (this.#bytes < this.#wantedBytes) return [];
    const buffer = this.#parts.length === 1 ? chunk : Buffer.concat(this.#parts);
    const envelopes: Envelope[] = [];
    let offset = 0;
    this.#wantedBytes = ENVELOPE_HEADER_BYTES;
    while (buffer.length - offset >= ENVELOPE_HEADER_BYTES) {
      const end = offset + ENVELOPE_HEADER_BYTES + this.#lengthAt(buffer, offset);
      if (end > buffer.length) {
        this.#wantedBytes = end - offset;
        break;
      }
      const payload = buffer.subarray(offset + ENVELOPE_HEADER_BYTES, end);
      envelopes.push({ flags: buffer.readUInt8(offset), payload });
      offset = end;
    }
    this.#bytes = buffer.length - offset;
    this.#parts = this.#bytes > 0 ? [buffer.subarray(offset)] : [];
    return envelopes;
  }

  #lengthAt(buffer: Buffer, offset: number): number {
    const length = buffer.readUInt32BE(offset + 1);
    if (length > this.#maxMessageBytes) {
      throw new RangeError(`message size ${length} is larger than configured max ${this.#maxMessageBytes}`);
    }
    return length;
  }
}
