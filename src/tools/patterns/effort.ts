export interface EffortLimits {
  readonly maxCandidates: number;
  readonly maxMs: number;
}

const CLOCK_EVERY = 256;

/** What one search may spend; when it is spent, what was found until then is what there is. */
export class Effort {
  readonly #maxCandidates: number;
  readonly #deadline: number;
  #candidates = 0;
  #untilClock = CLOCK_EVERY;
  #isSpent = false;

  constructor({ maxCandidates, maxMs }: EffortLimits) {
    this.#maxCandidates = maxCandidates;
    this.#deadline = performance.now() + maxMs;
  }

  get candidates(): number {
    return this.#candidates;
  }

  get isSpent(): boolean {
    return this.#isSpent;
  }

  /** Notes work; false when it has to end. */
  spend(candidates: number): boolean {
    this.#candidates += candidates;
    this.#untilClock -= candidates;
    if (this.#candidates > this.#maxCandidates) this.#isSpent = true;
    else if (this.#untilClock <= 0) {
      this.#untilClock = CLOCK_EVERY;
      if (performance.now() > this.#deadline) this.#isSpent = true;
    }
    return !this.#isSpent;
  }
}
