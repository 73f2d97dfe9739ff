import type { Duplex } from 'node:stream';
import { IrisError, toIrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { Coalescer } from './coalescer.ts';
import { LineSplitter } from './line-splitter.ts';
import { RelayConnection } from './relay-connection.ts';
import { CONTROL, END, frame, PING, PONG, readFrame, SETTLE, SETTLED } from './relay-wire.ts';
import { MAX_LINE_BYTES } from './wire.ts';

/** A relay that runs in a sandbox. */
export interface RelayProcess {
  /** What it prints; ends or fails with it. */
  readonly output: AsyncIterable<Buffer>;
  send(bytes: Buffer): Promise<void>;
  kill(): Promise<void>;
}

export interface RelayLinkOptions {
  readonly start: (signal: AbortSignal) => Promise<RelayProcess>;
  readonly onConnection: (connection: Duplex) => void;
  readonly logger: Logger;
}

const PING_MS = 10_000;
const FIRST_PAUSE_MS = 100;
const LONGEST_PAUSE_MS = 5_000;
const SETTLE_MS = 6_000;
const KEY_BYTES = 32;

/**
 * Leads to the scripts of a sandbox through a relay there, and starts another one whenever that is lost: scripts then
 * connect anew and send again what was not answered.
 */
export class RelayLink implements AsyncDisposable {
  readonly #options: RelayLinkOptions;
  readonly #ended = new AbortController();
  readonly #connections = new Map<number, RelayConnection>();
  readonly #running: Promise<void>;
  #process: RelayProcess | undefined;
  #queue: Coalescer | undefined;
  #onSettled: () => void = () => undefined;

  constructor(options: RelayLinkOptions) {
    this.#options = options;
    this.#running = this.#run();
  }

  /** Resolves when what scripts sent before now has come, or after some seconds. */
  async settled(): Promise<void> {
    const queue = this.#queue;
    if (queue === undefined) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, SETTLE_MS);
      this.#onSettled = (): void => {
        clearTimeout(timer);
        resolve();
      };
      queue.add(frame(CONTROL, SETTLE)).catch(() => this.#onSettled());
    });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.#process?.kill().catch(() => undefined);
    await this.#running;
  }

  async #run(): Promise<void> {
    const { signal } = this.#ended;
    for (let pauseMs = FIRST_PAUSE_MS; !signal.aborted; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      try {
        const relay = await this.#options.start(signal);
        this.#process = relay;
        await this.#follow(relay);
        pauseMs = FIRST_PAUSE_MS / 2;
      } catch (thrown) {
        const { code, message } = toIrisError(thrown);
        if (!signal.aborted) this.#options.logger('bridge.relay-lost', { code, message });
      }
      this.#drop();
      if (!signal.aborted) await pause(pauseMs, signal);
    }
  }

  /** Reads what a relay prints until it ends. */
  async #follow(relay: RelayProcess): Promise<void> {
    let isLost = false;
    const end = (): void => void relay.kill().catch(() => undefined);
    const queue = new Coalescer(async (bytes) => {
      try {
        await relay.send(bytes);
      } catch (thrown) {
        // Nobody knows what of it has come; scripts ask again through the next relay for what they got no answer to.
        isLost = true;
        end();
        throw thrown;
      }
    });
    this.#queue = queue;
    const splitter = new LineSplitter(MAX_LINE_BYTES + KEY_BYTES);
    let isHeard = true;
    const ping = setInterval(() => {
      // Output without a reader is thrown away by E2B: a relay that is not heard is of no use.
      if (!isHeard || isLost) end();
      isHeard = false;
      queue.add(frame(CONTROL, PING)).catch(() => undefined);
    }, PING_MS);
    try {
      for await (const chunk of relay.output) {
        isHeard = true;
        for (const line of splitter.push(chunk)) await this.#take(line, queue)?.room();
      }
    } finally {
      clearInterval(ping);
    }
  }

  /** Returns the connection that has something to read now. */
  #take(line: Buffer, queue: Coalescer): RelayConnection | undefined {
    const { key, payload } = readFrame(line);
    if (key === CONTROL) {
      const word = payload.toString();
      if (word === SETTLED) this.#onSettled();
      else if (word !== PONG) throw new IrisError('SANDBOX_LOST', 'The relay said something unknown');
      return undefined;
    }
    const isEnd = payload.length === END.length && payload.toString() === END;
    const known = this.#connections.get(key);
    if (isEnd) {
      known?.receive(undefined);
      this.#connections.delete(key);
      return undefined;
    }
    const connection = known ?? this.#open(key, queue);
    connection.receive(payload);
    return connection;
  }

  #open(key: number, queue: Coalescer): RelayConnection {
    const connection = new RelayConnection(key, (bytes) => queue.add(bytes));
    this.#connections.set(key, connection);
    this.#options.onConnection(connection);
    return connection;
  }

  #drop(): void {
    this.#queue = undefined;
    this.#process = undefined;
    for (const connection of this.#connections.values()) connection.destroy();
    this.#connections.clear();
  }
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => (clearTimeout(timer), resolve()), { once: true });
  });
}
