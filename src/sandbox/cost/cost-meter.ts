import { toIrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { CreateOptions, SandboxListing, SandboxProvider, SandboxSize } from '../sandbox.ts';
import type { CostBook } from './cost-book.ts';
import type { CostLedger, MonthCost } from './cost-ledger.ts';
import { estimateUsd, usdPerSecond, type Prices } from './estimate.ts';

export interface CostMeterOptions {
  readonly ledger: CostLedger;
  readonly prices: Prices;
  /** What a sandbox is taken for until the provider tells its size. */
  readonly assumed: SandboxSize;
  /** What tells from its metadata which runs come to a sandbox. */
  readonly slotOf: (metadata: CreateOptions['metadata']) => string;
  readonly logger: Logger;
}

const MAX_SIZES = 1000;

/** Follows what sandboxes of one provider come to, from their creation to their end, idle time included. */
export class CostMeter {
  readonly #options: CostMeterOptions;
  readonly #sizes = new Map<string, SandboxSize>();
  /** What new sandboxes turned out to be: all are made from one template. */
  #usual: SandboxSize | undefined;

  constructor(options: CostMeterOptions) {
    this.#options = options;
  }

  /** Dollars for a second of this sandbox, or of one that is still to be made. */
  rate(sandboxId?: string): number {
    return usdPerSecond(this.#sizeOf(sandboxId), this.#options.prices);
  }

  /** Dollars for so many milliseconds of a sandbox. */
  estimate(sandboxId: string, ms: number): number {
    return estimateUsd(this.#sizeOf(sandboxId), ms / 1000, this.#options.prices);
  }

  /** Where the month stands, without what sandboxes of one slot still come to. */
  month(exceptSlot?: string): Promise<MonthCost> {
    return this.#options.ledger.month(exceptSlot);
  }

  settled(): Promise<void> {
    return this.#options.ledger.settled();
  }

  /** The same provider, with everything noted that changes what its sandboxes come to. */
  watch(provider: SandboxProvider): SandboxProvider {
    return {
      ...provider,
      create: async (options) => {
        const sandbox = await provider.create(options);
        await this.#began(sandbox.id, sandbox.grantedMs, this.#options.slotOf(options.metadata));
        void this.#learnSize(provider, sandbox.id);
        return sandbox;
      },
      connect: async (id, timeoutMs) => {
        const sandbox = await provider.connect(id, timeoutMs);
        await this.#began(id, sandbox.grantedMs, '');
        return sandbox;
      },
      setTimeLeft: async (id, timeoutMs) => {
        await provider.setTimeLeft(id, timeoutMs);
        await this.#note(({ live }, nowMs) => {
          if (live[id] !== undefined) live[id].endAtMs = nowMs + timeoutMs;
        });
      },
      // Paused, a sandbox costs nothing.
      pause: async (id) => await this.#ending(id, provider.pause(id)),
      kill: async (id) => await this.#ending(id, provider.kill(id)),
      list: async (metadata) => {
        const listings = await provider.list(metadata);
        for (const listing of listings) this.#keepSize(listing);
        return listings;
      },
      describe: async (id) => {
        const description = await provider.describe(id);
        this.#keepSize(description);
        return description;
      },
    };
  }

  async #began(id: string, timeoutMs: number, slot: string): Promise<void> {
    await this.#note(({ live }, nowMs) => {
      const endAtMs = nowMs + timeoutMs;
      const known = live[id];
      // Connecting never brings an end nearer.
      if (known !== undefined) known.endAtMs = Math.max(known.endAtMs, endAtMs);
      else live[id] = { fromMs: nowMs, endAtMs, usdPerSecond: this.rate(id), slot };
    });
  }

  async #ending<Result>(id: string, end: Promise<Result>): Promise<Result> {
    const result = await end;
    await this.#note(({ live }) => void delete live[id]);
    return result;
  }

  async #learnSize(provider: SandboxProvider, id: string): Promise<void> {
    const described = await provider.describe(id).catch(() => undefined);
    if (described === undefined) return;
    this.#keepSize(described);
    this.#usual = described.size;
    await this.#note(({ live }) => {
      if (live[id] !== undefined) live[id].usdPerSecond = this.rate(id);
    });
  }

  #sizeOf(sandboxId: string | undefined): SandboxSize {
    const known = sandboxId === undefined ? undefined : this.#sizes.get(sandboxId);
    return known ?? this.#usual ?? this.#options.assumed;
  }

  #keepSize({ id, size }: SandboxListing): void {
    if (size === undefined) return;
    this.#sizes.set(id, size);
    const [oldest] = this.#sizes.keys();
    if (this.#sizes.size > MAX_SIZES && oldest !== undefined) this.#sizes.delete(oldest);
  }

  /** What cannot be noted fails no run; where there is a limit for the month, the next one finds out before it starts. */
  async #note(work: (book: CostBook, nowMs: number) => void): Promise<void> {
    try {
      await this.#options.ledger.change(work);
    } catch (thrown) {
      this.#options.logger('cost.not-noted', { because: toIrisError(thrown).message });
    }
  }
}
