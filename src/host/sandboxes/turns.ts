/** Lets changes of the same sandbox happen one after another; those of different sandboxes do not wait. */
export class Turns {
  readonly #last = new Map<string, Promise<unknown>>();

  async take<Result>(sandboxId: string, work: () => Promise<Result>): Promise<Result> {
    const before = this.#last.get(sandboxId) ?? Promise.resolve();
    const mine = before.then(work, work);
    this.#last.set(sandboxId, mine);
    try {
      return await mine;
    } finally {
      if (this.#last.get(sandboxId) === mine) this.#last.delete(sandboxId);
    }
  }
}
