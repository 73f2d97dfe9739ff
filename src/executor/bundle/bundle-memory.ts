import type { KeptBundle } from './kept-bundle.ts';

export interface BundleMemoryLimits {
  readonly maxEntries: number;
  readonly maxBytes: number;
}

/** Keeps the bundles that were used last, within a number of entries and of bytes. */
export class BundleMemory {
  readonly #limits: BundleMemoryLimits;
  readonly #byKey = new Map<string, KeptBundle>();
  #bytes = 0;

  constructor(limits: BundleMemoryLimits) {
    this.#limits = limits;
  }

  get(key: string): KeptBundle | undefined {
    const kept = this.#byKey.get(key);
    if (kept === undefined) return undefined;
    this.#byKey.delete(key);
    this.#byKey.set(key, kept);
    return kept;
  }

  set(key: string, kept: KeptBundle): void {
    this.delete(key);
    this.#byKey.set(key, kept);
    this.#bytes += kept.bundle.code.length;
    for (const oldest of this.#byKey.keys()) {
      if (this.#byKey.size <= this.#limits.maxEntries && this.#bytes <= this.#limits.maxBytes) return;
      this.delete(oldest);
    }
  }

  delete(key: string): void {
    this.#bytes -= this.#byKey.get(key)?.bundle.code.length ?? 0;
    this.#byKey.delete(key);
  }
}
