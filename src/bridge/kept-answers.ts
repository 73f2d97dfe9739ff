export interface AnswerLimits {
  readonly maxAnswers: number;
  readonly maxBytes: number;
}

/** The answers that were given last, for requests that come again because their answer was lost on its way. */
export class KeptAnswers {
  readonly #limits: AnswerLimits;
  readonly #byId = new Map<string, Buffer>();
  #bytes = 0;

  constructor(limits: AnswerLimits) {
    this.#limits = limits;
  }

  get(id: string): Buffer | undefined {
    return this.#byId.get(id);
  }

  /** An answer that is too large by itself is not kept: its request is served again. */
  add(id: string, answer: Buffer): void {
    const { maxAnswers, maxBytes } = this.#limits;
    if (answer.length > maxBytes) return;
    this.#byId.set(id, answer);
    this.#bytes += answer.length;
    for (const [oldest, kept] of this.#byId) {
      if (this.#byId.size <= maxAnswers && this.#bytes <= maxBytes) return;
      this.#byId.delete(oldest);
      this.#bytes -= kept.length;
    }
  }
}
