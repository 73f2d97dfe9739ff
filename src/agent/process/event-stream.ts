import type { ServerResponse } from 'node:http';
import { encodeEnvelope, END_OF_STREAM, envelopeHeader } from '../../core/connect-envelope.ts';
import type { ConnectFailure } from '../../core/connect-failure.ts';
import {
  dataEventHeader,
  encodeProcessEvent,
  type OutputStream,
  type ProcessEvent,
} from '../../core/process-wire.ts';
import { processEventToJson } from './process-json.ts';

export type StreamCodec = 'json' | 'proto';

export interface EventStreamOptions {
  readonly codec: StreamCodec;
  /** A keepalive event follows after this long without any other. */
  readonly keepaliveMs: number;
}

const HIGH_WATER_BYTES = 256 * 1024;
const LOW_WATER_BYTES = 64 * 1024;

/** Process events as the body of a Connect stream. */
export class EventStream {
  readonly #response: ServerResponse;
  readonly #codec: StreamCodec;
  readonly #keepaliveTimer: NodeJS.Timeout;
  #pendingBytes = 0;
  #isFull = false;
  #onRoom: () => void = () => undefined;

  constructor(response: ServerResponse, { codec, keepaliveMs }: EventStreamOptions) {
    this.#response = response;
    this.#codec = codec;
    this.#keepaliveTimer = setInterval(() => this.send({ type: 'keepalive' }), keepaliveMs).unref();
    response.writeHead(200, { 'content-type': `application/connect+${codec}` });
    response.once('close', () => clearInterval(this.#keepaliveTimer));
  }

  /** Sets what to call when there is room again after sendData returned false. */
  onRoom(listener: () => void): void {
    this.#onRoom = listener;
  }

  send(event: ProcessEvent): void {
    const message =
      this.#codec === 'proto'
        ? encodeProcessEvent(event)
        : Buffer.from(JSON.stringify(processEventToJson(event)));
    this.#write(encodeEnvelope(0, message));
  }

  /** Sends output, in binary without copying it. Returns false when the client is behind. */
  sendData(stream: OutputStream, bytes: Buffer): boolean {
    if (this.#codec === 'json') {
      this.send({ type: 'data', stream, bytes });
      return !this.#isFull;
    }
    const header = dataEventHeader(stream, bytes.length);
    this.#response.cork();
    this.#response.write(Buffer.concat([envelopeHeader(0, header.length + bytes.length), header]));
    this.#write(bytes);
    this.#response.uncork();
    return !this.#isFull;
  }

  /** Ends the stream, with the failure if there is one. */
  end(failure?: ConnectFailure): void {
    clearInterval(this.#keepaliveTimer);
    if (this.#response.destroyed || this.#response.writableEnded) return;
    const trailer = failure ? { error: failure.toJSON() } : {};
    this.#response.end(encodeEnvelope(END_OF_STREAM, Buffer.from(JSON.stringify(trailer))));
  }

  #write(bytes: Buffer): void {
    if (this.#response.destroyed || this.#response.writableEnded) return;
    this.#keepaliveTimer.refresh();
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes > HIGH_WATER_BYTES) this.#isFull = true;
    this.#response.write(bytes, () => {
      this.#pendingBytes -= bytes.length;
      if (!this.#isFull || this.#pendingBytes > LOW_WATER_BYTES) return;
      this.#isFull = false;
      this.#onRoom();
    });
  }
}
