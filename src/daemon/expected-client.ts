import type { Question } from '../contract/daemon-wire.ts';
import { IrisError } from '../core/errors.ts';
import type { SignalName } from '../core/signal-name.ts';
import type { ClientEnd } from './client-end.ts';

/** A client that left its request on the spool connects within milliseconds, or it has died. */
const ARRIVAL_BUDGET_MS = 5_000;

/** A client that is still on its way: what it is told waits for it, and output waits with back-pressure. */
export class ExpectedClient implements ClientEnd {
  readonly #gone = new AbortController();
  readonly #arrived: Promise<ClientEnd>;
  readonly #late: NodeJS.Timeout;
  #arrive: (client: ClientEnd) => void = () => undefined;
  #client: ClientEnd | undefined;
  #waiting: ((client: ClientEnd) => void)[] = [];

  constructor(budgetMs = ARRIVAL_BUDGET_MS) {
    this.#arrived = new Promise((resolve, reject) => {
      this.#arrive = resolve;
      this.signal.addEventListener('abort', () => reject(this.signal.reason), { once: true });
    });
    this.#arrived.catch(() => undefined);
    this.#late = setTimeout(() => {
      this.#gone.abort(new IrisError('CANCELLED', 'The client never came for its answer'));
    }, budgetMs);
  }

  get signal(): AbortSignal {
    return this.#gone.signal;
  }

  /** The client is here: it gets what was kept for it, in order. */
  meet(client: ClientEnd): void {
    clearTimeout(this.#late);
    this.#client = client;
    const leave = (): void => this.#gone.abort(client.signal.reason);
    if (client.signal.aborted) leave();
    else client.signal.addEventListener('abort', leave, { once: true });
    for (const tell of this.#waiting) tell(client);
    this.#waiting = [];
    this.#arrive(client);
  }

  onSignal(listener: (name: SignalName) => void): void {
    this.#tell((client) => client.onSignal(listener));
  }

  onResize(listener: (size: unknown) => void): void {
    this.#tell((client) => client.onResize(listener));
  }

  async *stdin(): AsyncGenerator<Buffer, void> {
    yield* (await this.#arrived).stdin();
  }

  async ask(question: Question): Promise<unknown> {
    const client = this.#client ?? (await this.#arrived);
    return await client.ask(question);
  }

  sendJson(type: number, value: unknown): void {
    this.#tell((client) => client.sendJson(type, value));
  }

  async sendBytes(type: number, bytes: Buffer): Promise<void> {
    const client = this.#client ?? (await this.#arrived);
    await client.sendBytes(type, bytes);
  }

  #tell(action: (client: ClientEnd) => void): void {
    if (this.#client !== undefined) action(this.#client);
    else this.#waiting.push(action);
  }
}
