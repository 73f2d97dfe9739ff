import { Duplex } from 'node:stream';
import { ByteQueue } from './byte-queue.ts';
import { IrisError } from './errors.ts';
import { encodeUint32, MAX_DATA_BYTES, MUX_FRAME } from './mux-frames.ts';

/** What each side may send on a channel before the other side's reader has taken something. */
const WINDOW_BYTES = 1024 * 1024;
const GRANT_BATCH_BYTES = WINDOW_BYTES / 4;
const READ_AHEAD_BYTES = 64 * 1024;
const WRITE_AHEAD_BYTES = 128 * 1024;
const SMALL_BYTES = 1024;
const MANY_PARTS = 16;
const MAX_REASON_BYTES = 512;

type WriteCallback = (error?: Error | null) => void;

/** What a channel needs of its multiplexer. */
export interface ChannelLink {
  hasRoom(): boolean;
  waitForRoom(channel: MuxChannel): void;
  send(type: number, channelId: number, parts: readonly Buffer[]): void;
  forget(channelId: number): void;
}

/** One stream of many over a transport: a socket in all that node:http asks of one. */
export class MuxChannel extends Duplex {
  readonly id: number;
  timeout = 0;
  readonly #link: ChannelLink;
  readonly #inbound = new ByteQueue();
  #mayReceiveBytes = WINDOW_BYTES;
  #takenBytes = 0;
  #isReaderReady = false;
  #hasPeerEnded = false;
  #outbound: Buffer[] = [];
  #outboundIndex = 0;
  #outboundBytes = 0;
  #maySendBytes = WINDOW_BYTES;
  #written: WriteCallback | undefined;
  #hasSentEnd = false;
  #wasReset = false;
  #idleTimer: NodeJS.Timeout | undefined;

  constructor(link: ChannelLink, id: number) {
    super({
      allowHalfOpen: true,
      readableHighWaterMark: READ_AHEAD_BYTES,
      writableHighWaterMark: WRITE_AHEAD_BYTES,
    });
    this.id = id;
    this.#link = link;
    // The peer can reset a channel at any time; an owner that does not listen must not crash for it.
    this.on('error', () => undefined);
  }

  /** Takes bytes of the peer; false when it sends more than it may. */
  receive(bytes: Buffer): boolean {
    if (bytes.length > this.#mayReceiveBytes || this.#hasPeerEnded) return false;
    this.#mayReceiveBytes -= bytes.length;
    this.#idleTimer?.refresh();
    if (this.#isReaderReady && this.#inbound.isEmpty) this.#deliver(bytes);
    else this.#inbound.push(bytes);
    return true;
  }

  /** The peer has sent everything. */
  receiveEnd(): boolean {
    if (this.#hasPeerEnded) return false;
    this.#hasPeerEnded = true;
    if (this.#inbound.isEmpty) this.push(null);
    return true;
  }

  /** The peer has given the channel up. */
  receiveReset(reason: string): void {
    this.abandon(
      new IrisError('SANDBOX_LOST', `Channel ${this.id} was reset: ${reason}`, { details: { reason } }),
    );
  }

  /** Ends the channel without telling the peer, which knows or is gone. */
  abandon(error: Error): void {
    this.#wasReset = true;
    this.destroy(error);
  }

  /** The peer's reader has taken `bytes`; false when that is more than was sent. */
  grant(bytes: number): boolean {
    if (bytes + this.#maySendBytes > WINDOW_BYTES) return false;
    this.#maySendBytes += bytes;
    this.#sendAll();
    return true;
  }

  /** Sends one frame of what waits, and says whether the next could follow at once. */
  sendNext(): boolean {
    if (!this.#canSend()) return false;
    this.#sendFrame();
    return this.#canSend();
  }

  setTimeout(timeoutMs: number, listener?: () => void): this {
    clearTimeout(this.#idleTimer);
    this.timeout = timeoutMs;
    this.#idleTimer = timeoutMs > 0 ? setTimeout(() => this.emit('timeout'), timeoutMs).unref() : undefined;
    if (listener) this.once('timeout', listener);
    return this;
  }

  setNoDelay(): this {
    return this;
  }

  setKeepAlive(): this {
    return this;
  }

  ref(): this {
    return this;
  }

  unref(): this {
    return this;
  }

  override _read(): void {
    this.#isReaderReady = true;
    while (this.#isReaderReady) {
      const bytes = this.#inbound.shift();
      if (!bytes) break;
      this.#deliver(bytes);
    }
    if (this.#hasPeerEnded && this.#inbound.isEmpty) this.push(null);
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, callback: WriteCallback): void {
    this.#enqueue([chunk], callback);
  }

  override _writev(writes: { chunk: Buffer }[], callback: WriteCallback): void {
    this.#enqueue(
      writes.map((write) => write.chunk),
      callback,
    );
  }

  override _final(callback: WriteCallback): void {
    this.#hasSentEnd = true;
    this.#link.send(MUX_FRAME.end, this.id, []);
    callback();
  }

  override _destroy(error: Error | null, callback: WriteCallback): void {
    clearTimeout(this.#idleTimer);
    const isSettled = this.#wasReset || (this.#hasSentEnd && this.#hasPeerEnded);
    if (!isSettled) this.#link.send(MUX_FRAME.reset, this.id, [encodeReason(error)]);
    this.#link.forget(this.id);
    this.#inbound.clear();
    this.#outbound = [];
    this.#outboundBytes = 0;
    this.#settleWrite(error ?? new IrisError('CANCELLED', `Channel ${this.id} was closed`));
    callback(error);
  }

  #deliver(bytes: Buffer): void {
    this.#isReaderReady = false;
    // After a small piece the reader has to ask again: what comes until then is copied together.
    if (this.push(bytes) && bytes.length >= SMALL_BYTES) this.#isReaderReady = true;
    this.#takenBytes += bytes.length;
    if (this.#takenBytes < GRANT_BATCH_BYTES || this.#hasPeerEnded || this.destroyed) return;
    this.#mayReceiveBytes += this.#takenBytes;
    this.#link.send(MUX_FRAME.window, this.id, [encodeUint32(this.#takenBytes)]);
    this.#takenBytes = 0;
  }

  #enqueue(chunks: Buffer[], callback: WriteCallback): void {
    this.#outbound = chunks;
    this.#outboundIndex = 0;
    for (const chunk of chunks) this.#outboundBytes += chunk.length;
    this.#written = callback;
    if (this.#outboundBytes === 0) this.#settleWrite();
    else this.#sendAll();
  }

  #sendAll(): void {
    while (this.#canSend()) {
      if (!this.#link.hasRoom()) {
        this.#link.waitForRoom(this);
        return;
      }
      this.#sendFrame();
    }
  }

  #canSend(): boolean {
    return this.#outboundBytes > 0 && this.#maySendBytes > 0 && !this.destroyed;
  }

  #sendFrame(): void {
    const parts = this.#takeParts(Math.min(MAX_DATA_BYTES, this.#maySendBytes, this.#outboundBytes));
    this.#link.send(MUX_FRAME.data, this.id, parts.length > MANY_PARTS ? [Buffer.concat(parts)] : parts);
    this.#idleTimer?.refresh();
    if (this.#outboundBytes === 0) this.#settleWrite();
  }

  #takeParts(bytes: number): Buffer[] {
    const parts: Buffer[] = [];
    let missing = bytes;
    while (missing > 0) {
      const chunk = this.#outbound[this.#outboundIndex];
      if (!chunk) break;
      if (chunk.length > missing) {
        parts.push(chunk.subarray(0, missing));
        this.#outbound[this.#outboundIndex] = chunk.subarray(missing);
        break;
      }
      parts.push(chunk);
      missing -= chunk.length;
      this.#outboundIndex += 1;
    }
    this.#outboundBytes -= bytes;
    this.#maySendBytes -= bytes;
    return parts;
  }

  #settleWrite(error?: Error): void {
    const written = this.#written;
    this.#written = undefined;
    this.#outbound = [];
    written?.(error);
  }
}

function encodeReason(error: Error | null): Buffer {
  return Buffer.from(error?.message ?? 'closed').subarray(0, MAX_REASON_BYTES);
}
