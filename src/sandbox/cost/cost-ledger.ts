import { mkdir, readFile, rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { errnoOf, IrisError } from '../../core/errors.ts';
import { takeFolderLock } from '../../core/folder-lock.ts';
import { committedUsd, monthOf, settle, type CostBook } from './cost-book.ts';

export interface MonthCost {
  readonly month: string;
  /** What sandboxes have come to until now. */
  readonly spentUsd: number;
  /** What those that live now still come to. */
  readonly committedUsd: number;
}

const amount = z.number().min(0);
const book = z.object({
  months: z.record(z.string().regex(/^\d{4}-\d{2}$/), amount),
  live: z.record(
    z.string(),
    z.object({ fromMs: amount, endAtMs: amount, usdPerSecond: amount, slot: z.string() }),
  ),
});

const LOCK_TRIES = 40;
const LOCK_PAUSE_MS = 25;

/** What this user's sandboxes in the cloud have come to: one private file, which a daemon and `--no-daemon` share. */
export class CostLedger {
  readonly #folder: string;
  readonly #now: () => number;
  #last: Promise<unknown> = Promise.resolve();

  /** `now` gives milliseconds. */
  constructor(folder: string, now: () => number = Date.now) {
    this.#folder = folder;
    this.#now = now;
  }

  get file(): string {
    return join(this.#folder, 'ledger.json');
  }

  /** Changes the book as it is now: one change at a time, all of it or nothing. Throws FILE_UNREADABLE. */
  change(work: (changed: CostBook, nowMs: number) => void): Promise<void> {
    const done = this.#last.then(() => this.#change(work));
    this.#last = done.catch(() => undefined);
    return done;
  }

  /** Where the present month stands; sandboxes of `exceptSlot` are not committed. Throws FILE_UNREADABLE. */
  async month(exceptSlot?: string): Promise<MonthCost> {
    await this.#last;
    const nowMs = this.#now();
    const read = await this.#read();
    settle(read, nowMs);
    const month = monthOf(nowMs);
    return {
      month,
      spentUsd: read.months[month] ?? 0,
      committedUsd: committedUsd(read, nowMs, exceptSlot),
    };
  }

  /** Resolves when all that was noted is in the file. */
  async settled(): Promise<void> {
    await this.#last;
  }

  async #change(work: (changed: CostBook, nowMs: number) => void): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    await using _lock = await this.#lock();
    const read = await this.#read();
    const nowMs = this.#now();
    settle(read, nowMs);
    work(read, nowMs);
    const draft = `${this.file}.${process.pid}.tmp`;
    await writeFile(draft, `${JSON.stringify(read)}\n`, { mode: 0o600 });
    await rename(draft, this.file);
  }

  /** Nobody holds it longer than for one small file; who waits in vain goes on, for a run must not hang here. */
  async #lock(): Promise<AsyncDisposable | undefined> {
    for (let tries = 0; tries < LOCK_TRIES; tries++) {
      const lock = await takeFolderLock(this.#folder, 'iris-cost');
      if (lock !== undefined) return lock;
      await sleep(LOCK_PAUSE_MS);
    }
    return undefined;
  }

  async #read(): Promise<CostBook> {
    try {
      return book.parse(JSON.parse(await readFile(this.file, 'utf8')));
    } catch (cause) {
      if (errnoOf(cause) === 'ENOENT') return { months: {}, live: {} };
      throw new IrisError(
        'FILE_UNREADABLE',
        `Cannot read ${this.file}: ${errnoOf(cause) ?? 'it is damaged'}`,
        {
          hint: 'It holds what sandboxes in the cloud have come to. Delete it to count from nothing.',
          cause,
        },
      );
    }
  }
}
