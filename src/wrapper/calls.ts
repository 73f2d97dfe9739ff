import { MAX_LINE_BYTES, type BridgeReply, type BridgeRequest } from '../bridge/wire.ts';
import type { ErrorJson } from '../core/errors.ts';
import { LineSplitter } from '../bridge/line-splitter.ts';
import { helloLine, toLine } from './lines.ts';
import type { Link } from './link.ts';
import { IrisToolError, type CallPlace } from './tool-error.ts';

type Question = Extract<BridgeRequest, { readonly id: string }>;
/** `Omit` of each member of the union by itself. */
type WithoutId<T> = T extends unknown ? Omit<T, 'id'> : never;

interface Waiting {
  /** As it is sent, and sent again after the connection was lost. */
  readonly line: Buffer;
  readonly place: CallPlace | undefined;
  readonly resolve: (result: unknown) => void;
  readonly reject: (error: IrisToolError) => void;
}

export interface AskOptions {
  /** Gives the call up. */
  readonly signal?: AbortSignal | undefined;
  readonly place?: CallPlace | undefined;
}

/** How long a lost connection is tried again before those who wait are told. */
const RECONNECT_MS = 15_000;
const FIRST_PAUSE_MS = 5;
const LONGEST_PAUSE_MS = 500;

/** The requests that wait for an answer, over whichever connection there is. Each is served once, however often it is sent. */
export class Calls {
  readonly #open: () => Promise<Link>;
  readonly #sendAtExit: (lines: readonly Buffer[]) => void;
  readonly #nonce = randomText();
  readonly #waiting = new Map<string, Waiting>();
  #link: Link | undefined;
  #isConnecting = false;
  #count = 0;
  #lostAt: number | undefined;
  #onIdle: (() => void)[] = [];

  constructor(open: () => Promise<Link>, sendAtExit: (lines: readonly Buffer[]) => void) {
    this.#open = open;
    this.#sendAtExit = sendAtExit;
  }

  /** Sends a request and returns its result. Throws IrisToolError. */
  ask(request: WithoutId<Question>, { signal, place }: AskOptions = {}): Promise<unknown> {
    const id = `${this.#nonce}:${(this.#count += 1)}`;
    const line = toLine({ ...request, id });
    if (line.length > MAX_LINE_BYTES) return Promise.reject(tooLarge(line.length));
    return new Promise((resolve, reject) => {
      this.#waiting.set(id, { line, place, resolve, reject });
      signal?.addEventListener('abort', () => this.#cancel(id), { once: true });
      if (signal?.aborted === true) return this.#cancel(id);
      if (this.#link === undefined) this.#connect();
      else this.#link.writable.write(line);
      this.#link?.keepAlive(true);
    });
  }

  /** Sends once more what has no answer yet, when the process is about to end. */
  sendAtExit(): void {
    this.#sendAtExit([...this.#waiting.values()].map(({ line }) => line));
  }

  /** Resolves when nobody waits any more. */
  async idle(): Promise<void> {
    if (this.#waiting.size > 0) await new Promise<void>((resolve) => this.#onIdle.push(resolve));
  }

  /** Waits for what is under way and closes the connection; a later request opens another. */
  async close(): Promise<void> {
    await this.idle();
    const link = this.#link;
    this.#link = undefined;
    link?.close();
  }

  #connect(): void {
    if (this.#isConnecting) return;
    this.#isConnecting = true;
    void this.#tryToConnect().finally(() => {
      this.#isConnecting = false;
    });
  }

  async #tryToConnect(): Promise<void> {
    for (let pauseMs = FIRST_PAUSE_MS; ; pauseMs = Math.min(pauseMs * 2, LONGEST_PAUSE_MS)) {
      const link = await this.#open().catch((thrown: unknown) => {
        this.#failAll(unreachable(thrown));
        return undefined;
      });
      if (link === undefined) return;
      if (await this.#use(link)) return;
      this.#lostAt ??= Date.now();
      if (Date.now() - this.#lostAt > RECONNECT_MS) return this.#failAll(unreachable(undefined));
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }

  /** Greets and sends everything that waits. Tells whether the other side took the connection. */
  #use(link: Link): Promise<boolean> {
    const splitter = new LineSplitter(MAX_LINE_BYTES + 1024);
    return new Promise((resolve) => {
      const lost = (): void => {
        resolve(false);
        if (this.#link !== link) return;
        this.#link = undefined;
        if (this.#waiting.size > 0) this.#connect();
      };
      link.readable.on('error', lost);
      link.readable.on('close', lost);
      link.writable.on('error', lost);
      link.readable.on('data', (chunk: Buffer) => {
        for (const line of splitter.push(chunk)) this.#take(JSON.parse(line.toString('utf8')));
      });
      const taken = (): void => {
        this.#link = link;
        for (const { line } of this.#waiting.values()) link.writable.write(line);
        link.keepAlive(this.#waiting.size > 0);
        resolve(true);
      };
      link.writable.write(helloLine(link.token), (error) => (error ? lost() : taken()));
    });
  }

  #take(reply: BridgeReply): void {
    if (reply.id === null) return this.#failAll(reply.error);
    const waiting = this.#waiting.get(reply.id);
    if (waiting === undefined) return;
    this.#lostAt = undefined;
    this.#waiting.delete(reply.id);
    if ('error' in reply) waiting.reject(new IrisToolError(reply.error, waiting.place));
    else waiting.resolve(reply.result);
    if (this.#waiting.size === 0) this.#rest();
  }

  #cancel(id: string): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    this.#waiting.delete(id);
    this.#link?.writable.write(toLine({ method: 'cancel', params: { id } }));
    waiting.reject(
      new IrisToolError({ code: 'CANCELLED', message: 'The call was cancelled', retryable: false }),
    );
    if (this.#waiting.size === 0) this.#rest();
  }

  #failAll(error: ErrorJson): void {
    const waiting = [...this.#waiting.values()];
    this.#waiting.clear();
    this.#lostAt = undefined;
    for (const { place, reject } of waiting) reject(new IrisToolError(error, place));
    this.#rest();
  }

  #rest(): void {
    this.#link?.keepAlive(false);
    for (const tell of this.#onIdle.splice(0)) tell();
  }
}

function randomText(): string {
  return Buffer.from(Array.from({ length: 9 }, () => Math.floor(Math.random() * 256))).toString('base64url');
}

function tooLarge(bytes: number): IrisToolError {
  return new IrisToolError({
    code: 'IRIS_LIMIT_EXCEEDED',
    message: `The call has ${bytes} bytes, and at most ${MAX_LINE_BYTES} go through the bridge`,
    hint: 'Send less at once: hand large data over in a file.',
    retryable: false,
  });
}

function unreachable(thrown: unknown): ErrorJson {
  const reason = thrown instanceof Error ? `: ${thrown.message}` : '';
  return {
    code: 'IRIS_UNAVAILABLE',
    message: `The tools cannot be reached${reason}`,
    hint: 'The run may have ended. Tools answer while iris run waits for its script.',
    retryable: true,
  };
}
