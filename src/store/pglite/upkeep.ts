import type { Logger } from '../../core/logger.ts';

export interface UpkeepOptions {
  readonly idleMs: number;
  maintain(sql: string): Promise<void>;
  /** Takes away a part of what has grown old, and tells how many rows. */
  prune(): Promise<number>;
  close(): Promise<void>;
  readonly logger: Logger;
  /** @default process.memoryUsage.rss */
  readonly rssBytes?: () => number;
}

const TICK_MS = 10_000;
const CHECKPOINT_MS = 60_000;
/** Postgres' own checkpoints do not run in this database; so much work makes its log large. */
const CHECKPOINT_CALLS = 5_000;
const VACUUM_CALLS = 1_000;
const QUIET_MS = 30_000;
const PRUNE_MS = 60 * 60_000;
/** What the database has once taken it never gives back, except by being closed. */
const RSS_CEILING_BYTES = 900 * 1024 * 1024;

/** What Postgres does in the background elsewhere, or a schedule: checkpoints, vacuum, retention, giving memory back. */
export class Upkeep implements Disposable {
  readonly #options: UpkeepOptions;
  readonly #timer: NodeJS.Timeout;
  #isOpen = false;
  #calls = 0;
  #callsSinceVacuum = 0;
  #usedAt = 0;
  #checkedAt = 0;
  /** When nothing old was left. */
  #prunedAt = -Infinity;
  #isBusy = false;

  constructor(options: UpkeepOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.tick(performance.now()), TICK_MS);
    this.#timer.unref();
  }

  /** Notes that the database was used. */
  used(): void {
    const now = performance.now();
    if (!this.#isOpen) this.#checkedAt = now;
    this.#isOpen = true;
    this.#usedAt = now;
    this.#calls += 1;
    this.#callsSinceVacuum += 1;
  }

  /** Does what is due. */
  async tick(now: number): Promise<void> {
    if (!this.#isOpen || this.#isBusy) return;
    this.#isBusy = true;
    try {
      await this.#work(now);
    } catch (error) {
      this.#options.logger('store.upkeep-failed', { message: String(error) });
    } finally {
      this.#isBusy = false;
    }
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  async #work(now: number): Promise<void> {
    const { idleMs, rssBytes = () => process.memoryUsage.rss() } = this.#options;
    const quietMs = now - this.#usedAt;
    if (quietMs >= idleMs || (quietMs >= TICK_MS && rssBytes() > RSS_CEILING_BYTES)) {
      this.#isOpen = false;
      this.#calls = 0;
      await this.#options.close();
      return;
    }
    if (this.#calls >= CHECKPOINT_CALLS || (this.#calls > 0 && now - this.#checkedAt >= CHECKPOINT_MS)) {
      this.#calls = 0;
      this.#checkedAt = now;
      await this.#options.maintain('checkpoint');
    }
    if (quietMs < QUIET_MS) return;
    if (now - this.#prunedAt >= PRUNE_MS) {
      const rows = await this.#options.prune();
      this.#callsSinceVacuum += rows;
      // The rest has its turn with the next tick: a caller may be waiting.
      if (rows > 0) return;
      this.#prunedAt = now;
    }
    if (this.#callsSinceVacuum >= VACUUM_CALLS) {
      this.#callsSinceVacuum = 0;
      await this.#options.maintain('vacuum (analyze)');
    }
  }
}
