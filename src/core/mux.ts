import type { Duplex } from 'node:stream';
import { IrisError } from './errors.ts';
import { MuxChannel, type ChannelLink } from './mux-channel.ts';
import { encodeUint32, MUX_FRAME, muxFrameHeader, MuxFrameReader, type MuxFrameSink } from './mux-frames.ts';

export interface OpenRequest {
  readonly port: number;
}

export interface MuxOptions {
  /** The host opens channels with odd ids, the agent with even ones. */
  readonly role: 'host' | 'agent';
  /** Takes the channels that the peer opens; without it they are refused. */
  readonly onOpen?: (channel: Duplex, request: OpenRequest) => void;
  readonly maxChannels?: number;
}

/** The reason that a reset carries when nobody takes a channel. */
export const RESET_REFUSED = 'refused';

const DEFAULT_MAX_CHANNELS = 1024;
const SEND_AHEAD_BYTES = 256 * 1024;
const MAX_BACKLOG_BYTES = 4 * 1024 * 1024;
const MAX_CHANNEL_ID = 0xffff_fffe;

/** Many independent byte streams over one transport, each with its own window, so that none blocks another. */
export class Mux {
  readonly closed: Promise<void>;
  readonly #transport: Duplex;
  readonly #options: MuxOptions;
  readonly #channels = new Map<number, MuxChannel>();
  readonly #waiting = new Set<MuxChannel>();
  readonly #reader: MuxFrameReader;
  readonly #link: ChannelLink;
  readonly #sendAheadBytes: number;
  #nextId: number;
  #lastPeerId = 0;
  #isCorked = false;
  #isDead = false;

  constructor(transport: Duplex, options: MuxOptions) {
    this.#transport = transport;
    this.#options = options;
    this.#nextId = options.role === 'host' ? 1 : 2;
    // Above its high-water mark a stream is sure to say 'drain'; below it might not.
    this.#sendAheadBytes = Math.max(SEND_AHEAD_BYTES, transport.writableHighWaterMark);
    this.#reader = new MuxFrameReader(this.#sink());
    this.#link = this.#channelLink();
    this.closed = this.#listen();
  }

  /** Opens a channel that can be written to at once. On a dead transport it fails with an 'error' event. */
  open(request: OpenRequest): Duplex {
    const channel = new MuxChannel(this.#link, this.#nextId);
    if (this.#isDead || this.#nextId > MAX_CHANNEL_ID) {
      // Later, so that a caller such as http.request is listening by then.
      setImmediate(() => channel.abandon(lost('the transport is closed')));
      return channel;
    }
    this.#nextId += 2;
    this.#channels.set(channel.id, channel);
    this.#send(MUX_FRAME.open, channel.id, [encodeUint32(request.port)]);
    return channel;
  }

  /** Closes the transport and every channel. */
  destroy(): void {
    this.#shut('the connection was closed');
  }

  #listen(): Promise<void> {
    const transport = this.#transport;
    transport.on('data', (chunk: Buffer) => this.#reader.push(chunk));
    transport.on('drain', () => this.#sendWaiting());
    transport.on('end', () => this.#shut('the peer closed the connection'));
    transport.on('error', (error) => this.#shut(error.message));
    return new Promise((resolve) => {
      const finish = (): void => {
        this.#shut('the connection was closed');
        resolve();
      };
      if (transport.destroyed) finish();
      else transport.once('close', finish);
    });
  }

  #shut(fact: string): void {
    if (this.#isDead) return;
    this.#isDead = true;
    this.#reader.stop();
    this.#waiting.clear();
    this.#transport.destroy();
    for (const channel of this.#channels.values()) channel.abandon(lost(fact));
    this.#channels.clear();
  }

  #sink(): MuxFrameSink {
    return {
      onData: (channelId, bytes) => {
        const channel = this.#channelOf(channelId);
        if (channel && !channel.receive(bytes)) channel.destroy(lost('the peer overran the window'));
      },
      onControl: (type, channelId, payload) => this.#onControl(type, channelId, payload),
      onViolation: (fact) => this.#shut(`protocol violation: ${fact}`),
    };
  }

  #onControl(type: number, channelId: number, payload: Buffer): void {
    if (type === MUX_FRAME.open) return this.#onOpen(channelId, payload);
    const channel = this.#channelOf(channelId);
    switch (type) {
      case MUX_FRAME.end:
        if (channel && !channel.receiveEnd()) channel.destroy(lost('the peer ended twice'));
        return;
      case MUX_FRAME.reset:
        return channel?.receiveReset(payload.toString());
      case MUX_FRAME.window:
        if (payload.length !== 4) return this.#shut('protocol violation: a malformed window');
        if (channel && !channel.grant(payload.readUInt32BE(0)))
          channel.destroy(lost('the window overflowed'));
        return;
      default:
        return this.#shut(`protocol violation: frame type ${type}`);
    }
  }

  #onOpen(channelId: number, payload: Buffer): void {
    if (this.#isOwn(channelId) || channelId <= this.#lastPeerId || payload.length !== 4) {
      return this.#shut('protocol violation: a malformed open');
    }
    this.#lastPeerId = channelId;
    const port = payload.readUInt32BE(0);
    const hasPlace = this.#channels.size < (this.#options.maxChannels ?? DEFAULT_MAX_CHANNELS);
    if (!this.#options.onOpen || !hasPlace || port < 1 || port > 65_535) {
      return this.#send(MUX_FRAME.reset, channelId, [Buffer.from(RESET_REFUSED)]);
    }
    const channel = new MuxChannel(this.#link, channelId);
    this.#channels.set(channelId, channel);
    this.#options.onOpen(channel, { port });
  }

  /** Frames for a channel that was just closed here are late, not wrong; for one that never was they are. */
  #channelOf(channelId: number): MuxChannel | undefined {
    const channel = this.#channels.get(channelId);
    if (channel) return channel;
    const wasOpen = this.#isOwn(channelId) ? channelId < this.#nextId : channelId <= this.#lastPeerId;
    if (!wasOpen || channelId === 0) this.#shut(`protocol violation: unknown channel ${channelId}`);
    return undefined;
  }

  #isOwn(channelId: number): boolean {
    return channelId % 2 === this.#nextId % 2;
  }

  #channelLink(): ChannelLink {
    return {
      hasRoom: () => this.#waiting.size === 0 && this.#hasRoom(),
      waitForRoom: (channel) => this.#waiting.add(channel),
      send: (type, channelId, parts) => this.#send(type, channelId, parts),
      forget: (channelId) => this.#channels.delete(channelId),
    };
  }

  #hasRoom(): boolean {
    return this.#transport.writableLength < this.#sendAheadBytes;
  }

  /** One frame for each waiting channel in turn, so that a busy one does not starve the rest. */
  #sendWaiting(): void {
    for (const channel of this.#waiting) {
      if (!this.#hasRoom()) return;
      this.#waiting.delete(channel);
      if (channel.sendNext()) this.#waiting.add(channel);
    }
  }

  #send(type: number, channelId: number, parts: readonly Buffer[]): void {
    if (this.#isDead) return;
    if (this.#transport.writableLength > MAX_BACKLOG_BYTES) return this.#shut('the peer does not read');
    this.#cork();
    let payloadBytes = 0;
    for (const part of parts) payloadBytes += part.length;
    this.#transport.write(muxFrameHeader(type, channelId, payloadBytes));
    for (const part of parts) this.#transport.write(part);
  }

  /** All frames of one turn of the event loop leave in one system call. */
  #cork(): void {
    if (this.#isCorked) return;
    this.#isCorked = true;
    this.#transport.cork();
    process.nextTick(() => {
      this.#isCorked = false;
      this.#transport.uncork();
    });
  }
}

function lost(fact: string): IrisError {
  return new IrisError('SANDBOX_LOST', `Channel lost: ${fact}`);
}
