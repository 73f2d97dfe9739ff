import type { Duplex } from 'node:stream';
import { IrisError, toIrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import { linesOf } from './lines-of.ts';
import { readRequest } from './read-request.ts';
import { toLine, RunBridge, type RunBridgeOptions } from './run-bridge.ts';

/** How long a connection may take to say whose it is. */
const HELLO_MS = 5_000;
/** Connections that have not said it yet. */
const MAX_STRANGERS = 64;

/** The bridge of one run, open until it is closed. */
export interface OpenBridge extends Disposable {
  readonly token: string;
  /** Resolves when what the script has sent is done, at the latest after some seconds. */
  settled(): Promise<void>;
}

/** Leads connections from sandboxes to the runs that they belong to. */
export class BridgeTable {
  readonly #byToken = new Map<string, RunBridge>();
  readonly #strangers = new Set<Promise<unknown>>();
  readonly #logger: Logger;

  constructor(logger: Logger) {
    this.#logger = logger;
  }

  /** Opens the bridge of a run; closing it ends what is under way. */
  open(options: RunBridgeOptions): OpenBridge {
    const bridge = new RunBridge(options);
    this.#byToken.set(bridge.token, bridge);
    return {
      token: bridge.token,
      settled: async () => {
        // One of them may be of this run and have something to say.
        if (this.#strangers.size > 0) await Promise.all(this.#strangers);
        await bridge.settled();
      },
      [Symbol.dispose]: () => {
        this.#byToken.delete(bridge.token);
        bridge[Symbol.dispose]();
      },
    };
  }

  /** Takes a connection from a sandbox. What comes on it is not to be trusted. */
  accept(connection: Duplex): void {
    connection.on('error', () => undefined);
    if (this.#strangers.size >= MAX_STRANGERS) return void connection.destroy();
    const lines = linesOf(connection);
    const greeting = this.#greet(connection, lines);
    const forget = (): void => void this.#strangers.delete(known);
    const known: Promise<void> = greeting.then(forget, forget);
    this.#strangers.add(known);
    void this.#serve(connection, lines, greeting);
  }

  async #serve(
    connection: Duplex,
    lines: AsyncGenerator<Buffer, void>,
    greeting: Promise<RunBridge | undefined>,
  ): Promise<void> {
    try {
      const bridge = await greeting;
      if (bridge !== undefined) await bridge.serve(connection, lines);
    } catch (thrown) {
      const error = toIrisError(thrown);
      this.#logger('bridge.connection-failed', { code: error.code, message: error.message });
      if (connection.writable) connection.end(toLine({ id: null, error: error.toJSON() }));
    } finally {
      if (!connection.writableEnded) connection.destroy();
    }
  }

  /** The run that a connection is of, by its first line. Undefined when it left without a word. */
  async #greet(connection: Duplex, lines: AsyncGenerator<Buffer, void>): Promise<RunBridge | undefined> {
    const late = setTimeout(() => connection.destroy(), HELLO_MS);
    try {
      const first = await lines.next();
      if (first.done === true) return undefined;
      const hello = readRequest(first.value);
      const bridge = hello.method === 'hello' ? this.#byToken.get(hello.params.token) : undefined;
      if (bridge !== undefined) return bridge;
      throw new IrisError('IRIS_FORBIDDEN', 'The bridge does not know this run', {
        hint: 'Tools can be called while the run lasts.',
      });
    } finally {
      clearTimeout(late);
    }
  }
}
