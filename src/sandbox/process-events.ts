import { END_OF_STREAM, ENVELOPE_HEADER_BYTES } from '../core/connect-envelope.ts';
import {
  decodeProcessEvent,
  MAX_DATA_HEADER_BYTES,
  readDataEventHeader,
  type OutputStream,
  type ProcessEvent,
} from '../core/process-wire.ts';

/** What the body of a process stream says: events, and the trailer that ends it. */
export type StreamPart = ProcessEvent | { readonly type: 'trailer'; readonly payload: Buffer };

/** envd sends 32 KiB chunks, the embedded agent 64 KiB; anything far larger is not a process event. */
const MAX_MESSAGE_BYTES = 4 * 1024 * 1024;

/**
 * Reads process events out of Connect envelopes. Output is passed on in pieces as it comes in, as slices of
 * the chunks: nothing but heads and small messages is ever kept or copied. Throws RangeError on a giant message.
 */
export class ProcessEventReader {
  #pending: Buffer = Buffer.alloc(0);
  #stream: OutputStream = 'stdout';
  #streamBytes = 0;

  /** Takes the next chunk and returns what it completes, in order. */
  push(chunk: Buffer): StreamPart[] {
    const parts: StreamPart[] = [];
    let rest = this.#takeOutput(chunk, parts);
    if (this.#pending.length > 0) {
      rest = Buffer.concat([this.#pending, rest]);
      this.#pending = Buffer.alloc(0);
    }
    while (rest.length > 0) {
      const next = this.#takeMessage(rest, parts);
      if (next === undefined) {
        this.#pending = rest;
        break;
      }
      rest = next;
    }
    return parts;
  }

  /** The bytes after the next message, or after what is there of its output; undefined when more must come in. */
  #takeMessage(bytes: Buffer, parts: StreamPart[]): Buffer | undefined {
    if (bytes.length < ENVELOPE_HEADER_BYTES) return undefined;
    const flags = bytes.readUInt8(0);
    const messageBytes = bytes.readUInt32BE(1);
    if (messageBytes > MAX_MESSAGE_BYTES) throw new RangeError(`A process event of ${messageBytes} bytes`);
    const body = bytes.subarray(ENVELOPE_HEADER_BYTES);
    if (flags === 0 && messageBytes > MAX_DATA_HEADER_BYTES) {
      if (body.length < MAX_DATA_HEADER_BYTES) return undefined;
      const head = readDataEventHeader(body, messageBytes);
      if (head !== undefined) {
        this.#stream = head.stream;
        this.#streamBytes = messageBytes - head.headerBytes;
        return this.#takeOutput(body.subarray(head.headerBytes), parts);
      }
    }
    if (body.length < messageBytes) return undefined;
    const payload = body.subarray(0, messageBytes);
    const part =
      (flags & END_OF_STREAM) === 0 ? decodeProcessEvent(payload) : { type: 'trailer' as const, payload };
    if (part !== undefined) parts.push(part);
    return body.subarray(messageBytes);
  }

  #takeOutput(bytes: Buffer, parts: StreamPart[]): Buffer {
    if (this.#streamBytes === 0) return bytes;
    const data = bytes.subarray(0, this.#streamBytes);
    this.#streamBytes -= data.length;
    if (data.length > 0) parts.push({ type: 'data', stream: this.#stream, bytes: data });
    return bytes.subarray(data.length);
  }
}
