/** Adds up how long each phase of a run took. */
export class Timings {
  readonly #startedAt = performance.now();
  readonly #byPhase = new Map<string, number>();

  add(phase: string, ms: number): void {
    this.#byPhase.set(phase, (this.#byPhase.get(phase) ?? 0) + ms);
  }

  async measure<T>(phase: string, work: () => Promise<T>): Promise<T> {
    const startedAt = performance.now();
    try {
      return await work();
    } finally {
      this.add(phase, performance.now() - startedAt);
    }
  }

  /** Every phase in milliseconds, with `total` since this object was made. */
  all(): Record<string, number> {
    const rounded = [...this.#byPhase].map(([phase, ms]) => [phase, Math.round(ms * 100) / 100] as const);
    return {
      ...Object.fromEntries(rounded),
      total: Math.round((performance.now() - this.#startedAt) * 100) / 100,
    };
  }
}
