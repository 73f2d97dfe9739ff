/** The most that one call takes, and what keeps it small. */
const MAX_EVENTS = 100;

interface Waiting {
  readonly event: unknown;
  readonly resolve: (answer: unknown) => void;
  readonly reject: (error: unknown) => void;
}

export interface EventRejection {
  readonly index: number;
  readonly code: string;
  readonly message: string;
}

/** What a call with many events answers, as far as it is of use to each of them. */
export interface BatchAnswer {
  readonly ids: readonly string[];
  readonly rejected: readonly EventRejection[];
}

export interface EventBatchOptions {
  /** One event by itself. */
  readonly sendOne: (event: unknown) => Promise<unknown>;
  readonly sendMany: (events: readonly unknown[]) => Promise<BatchAnswer>;
  readonly toError: (rejection: EventRejection) => Error;
}

/** Sends events that are logged in one go as one call, so that a loop over logEvent is not a thousand round trips. */
export class EventBatch {
  readonly #options: EventBatchOptions;
  #waiting: Waiting[] = [];

  constructor(options: EventBatchOptions) {
    this.#options = options;
  }

  /** Adds an event; whoever awaits it at once waits for nobody else. */
  add(event: unknown): Promise<unknown> {
    return new Promise((resolve, reject) => {
      // Whatever the same code logs before it awaits something goes along.
      if (this.#waiting.length === 0) queueMicrotask(() => this.flush());
      this.#waiting.push({ event, resolve, reject });
      if (this.#waiting.length === MAX_EVENTS) this.flush();
    });
  }

  /** Sends what waits. */
  flush(): void {
    const batch = this.#waiting;
    this.#waiting = [];
    const [first, ...more] = batch;
    if (first === undefined) return;
    if (more.length === 0) void this.#options.sendOne(first.event).then(first.resolve, first.reject);
    else void this.#sendMany(batch);
  }

  async #sendMany(batch: readonly Waiting[]): Promise<void> {
    try {
      const { ids, rejected } = await this.#options.sendMany(batch.map(({ event }) => event));
      const byIndex = new Map(rejected.map((rejection) => [rejection.index, rejection]));
      // Those that were taken have ids, in their order.
      const taken = ids.values();
      for (const [index, { resolve, reject }] of batch.entries()) {
        const rejection = byIndex.get(index);
        if (rejection === undefined) resolve({ id: taken.next().value, accepted: 1 });
        else reject(this.#options.toError(rejection));
      }
    } catch (thrown) {
      for (const { reject } of batch) reject(thrown);
    }
  }
}
