import { randomBytes } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { IrisError, toIrisError } from '../core/errors.ts';
import { never } from '../core/never.ts';
import { KeptAnswers } from './kept-answers.ts';
import { serveConnection } from './serve-connection.ts';
import type { ToolDoor } from './tool-door.ts';
import { MAX_LINE_BYTES, type BridgeReply, type BridgeRequest } from './wire.ts';

export interface RunBridgeOptions {
  readonly door: ToolDoor;
  /** Beyond it requests wait, and with them their sender. @default 64 */
  readonly maxInFlight?: number;
}

/** A request that is answered with its id. */
export type Question = Extract<BridgeRequest, { readonly id: string }>;

const MAX_IN_FLIGHT = 64;
/** How long the end of a run waits for calls, and for connections that somebody still holds. */
const CALLS_MS = 10_000;
const CONNECTIONS_MS = 1_000;
const KEPT = { maxAnswers: 4096, maxBytes: 16 * 1024 * 1024 };

/** The tools of one run, for all connections that its script makes: each request is served once, however often it comes. */
export class RunBridge implements Disposable {
  /** What a connection has to know to be one of this run. */
  readonly token = randomBytes(24).toString('base64url');
  readonly #door: ToolDoor;
  readonly #maxInFlight: number;
  readonly #connections = new Set<Duplex>();
  readonly #inFlight = new Map<string, Promise<Buffer>>();
  readonly #cancels = new Map<string, AbortController>();
  readonly #kept = new KeptAnswers(KEPT);
  #hasEnded = false;
  #onChange: () => void = () => undefined;

  constructor({ door, maxInFlight = MAX_IN_FLIGHT }: RunBridgeOptions) {
    this.#door = door;
    this.#maxInFlight = maxInFlight;
  }

  /** Serves a connection that has proved to be of this run, until it ends. */
  async serve(connection: Duplex, lines: AsyncIterable<Buffer>): Promise<void> {
    if (this.#hasEnded) return void connection.destroy();
    this.#connections.add(connection);
    try {
      await serveConnection(connection, lines, this);
    } finally {
      this.#connections.delete(connection);
      this.#onChange();
    }
  }

  /** The answer to a request as a line; one that was given already is given again. */
  async answer(question: Question, bytes: number): Promise<Buffer> {
    const { id } = question;
    const known = this.#kept.get(id) ?? this.#inFlight.get(id);
    if (known !== undefined) return await known;
    const answering = this.#serve(question, bytes);
    this.#inFlight.set(id, answering);
    try {
      const answer = await answering;
      this.#kept.add(id, answer);
      return answer;
    } finally {
      this.#inFlight.delete(id);
      this.#onChange();
    }
  }

  /** Resolves when one more request may be taken. */
  async room(): Promise<void> {
    while (this.#inFlight.size >= this.#maxInFlight) await Promise.race(this.#inFlight.values());
  }

  cancel(id: string): void {
    this.#cancels.get(id)?.abort(new IrisError('CANCELLED', 'The script cancelled the call'));
  }

  /** Resolves when everything that was sent is done, or when waiting any longer makes no sense. */
  async settled(): Promise<void> {
    await this.#until(() => this.#connections.size === 0, CONNECTIONS_MS);
    await this.#until(() => this.#inFlight.size === 0, CALLS_MS);
  }

  /** Ends every connection and every call. */
  [Symbol.dispose](): void {
    this.#hasEnded = true;
    for (const cancel of this.#cancels.values())
      cancel.abort(new IrisError('CANCELLED', 'The run has ended'));
    for (const connection of this.#connections) connection.destroy();
    this.#onChange();
  }

  async #until(isDone: () => boolean, limitMs: number): Promise<void> {
    if (isDone() || this.#hasEnded) return;
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, limitMs);
      this.#onChange = (): void => {
        if (!isDone() && !this.#hasEnded) return;
        clearTimeout(timer);
        resolve();
      };
    });
  }

  async #serve(question: Question, bytes: number): Promise<Buffer> {
    const cancel = new AbortController();
    const { signal } = cancel;
    this.#cancels.set(question.id, cancel);
    try {
      const line = toLine({ id: question.id, result: await this.#ask(question, { bytes, signal }) });
      if (line.length > MAX_LINE_BYTES) throw tooLarge(line.length);
      return line;
    } catch (thrown) {
      return toLine({ id: question.id, error: toIrisError(thrown).toJSON() });
    } finally {
      this.#cancels.delete(question.id);
    }
  }

  async #ask(
    question: Question,
    { bytes, signal }: { readonly bytes: number; readonly signal: AbortSignal },
  ): Promise<unknown> {
    switch (question.method) {
      case 'tools/call': {
        const { name, arguments: input, traceparent } = question.params;
        return await this.#door.call({ name, input, bytes, callId: question.id, traceparent, signal });
      }
      case 'tools/list':
        return await this.#door.list();
      case 'tools/search':
        return await this.#door.search(question.params.query);
      case 'tools/describe':
        return await this.#door.describe(question.params.name);
      default:
        return never(question);
    }
  }
}

/** A reply as one line of JSON. */
export function toLine(reply: BridgeReply): Buffer {
  return Buffer.from(`${JSON.stringify(reply)}\n`);
}

function tooLarge(bytes: number): IrisError {
  return new IrisError(
    'IRIS_LIMIT_EXCEEDED',
    `The answer has ${bytes} bytes, and at most ${MAX_LINE_BYTES} go through the bridge`,
    {
      hint: 'Ask for less: give a limit, or follow the cursor page by page.',
    },
  );
}
