import type { SandboxListing } from '../sandbox/sandbox.ts';

/**
 * Closed: never to come back, though it may be listed for a while. Gone: it did not answer, and is usable only if it
 * turns out to be paused. Unsure: it answered oddly, and is worth one more look.
 */
export type Doubt = 'closed' | 'gone' | 'unsure';

/** They are gone long before so many have followed. */
const MAX_DOUBTS = 1000;

/** Remembers which sandboxes were given up, and why. */
export class Doubts {
  readonly #byId = new Map<string, Doubt>();

  /** One that was doubted before and not cleared since is taken for gone. */
  add(sandboxId: string, doubt: Doubt): void {
    const isWorse = doubt === 'unsure' && this.#byId.has(sandboxId);
    this.#byId.set(sandboxId, isWorse ? 'gone' : doubt);
    for (const oldest of this.#byId.keys()) {
      if (this.#byId.size <= MAX_DOUBTS) break;
      this.#byId.delete(oldest);
    }
  }

  clear(sandboxId: string): void {
    this.#byId.delete(sandboxId);
  }

  has(sandboxId: string): boolean {
    return this.#byId.has(sandboxId);
  }

  /** Whether a sandbox that is listed may be used again. */
  allow({ id, state }: Pick<SandboxListing, 'id' | 'state'>): boolean {
    const doubt = this.#byId.get(id);
    return doubt === undefined || doubt === 'unsure' || (doubt === 'gone' && state === 'paused');
  }
}
