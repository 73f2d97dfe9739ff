import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { IrisError } from '../../core/errors.ts';
import { takeFolderLock } from '../../core/folder-lock.ts';
import type { Logger } from '../../core/logger.ts';
import type { Driver, DriverCall } from '../port/driver.ts';
import { pruneAll } from '../retention/prune-all.ts';
import { CallQueue } from './call-queue.ts';
import { DatabaseThread } from './database-thread.ts';
import { Upkeep } from './upkeep.ts';

export interface PgliteOptions {
  /** A folder that belongs to this store alone. */
  readonly storeDir: string;
  readonly migrationsDir: string;
  /** The built thread of the database. */
  readonly workerFile: string;
  /** What new data begins from; without it, the first opening takes some seconds more. */
  readonly templateFile?: string | undefined;
  /** @default true */
  readonly isDurable?: boolean | undefined;
  /** How long the database stays open without a call. @default 300000 */
  readonly idleMs?: number | undefined;
  readonly logger: Logger;
}

const LOCK_WAIT_MS = 15_000;
const LOCK_POLL_MS = 50;
const IDLE_MS = 5 * 60_000;

/** The embedded Postgres of one state folder. It is opened with the first call, and closed when nobody calls. */
export class PgliteDriver implements Driver {
  readonly engine = 'pglite';
  readonly #options: PgliteOptions;
  readonly #queue = new CallQueue();
  readonly #upkeep: Upkeep;
  #thread: DatabaseThread | undefined;
  #lock: AsyncDisposable | undefined;
  #isClosed = false;

  constructor(options: PgliteOptions) {
    this.#options = options;
    this.#upkeep = new Upkeep({
      idleMs: options.idleMs ?? IDLE_MS,
      maintain: async (sql) => void (await this.#queue.add(() => this.#maintainOpen(sql))),
      prune: () => this.#queue.add(() => this.#prune()),
      close: () => this.#queue.add(() => this.#closeThread()),
      logger: options.logger,
    });
  }

  async call(call: DriverCall): Promise<unknown> {
    if (this.#isClosed) throw closed();
    const { operation, input, identity, deadlineMs, signal } = call;
    return await this.#queue.add(
      async () => {
        const thread = await this.#open();
        this.#upkeep.used();
        return await thread.ask({ type: 'call', operation, input, identity });
      },
      {
        deadlineMs,
        signal,
        stop: () => this.#stop(operation, deadlineMs),
      },
    );
  }

  /** Runs SQL of iris itself, past row-level security, and returns the rows of its last statement. */
  async maintain(sql: string): Promise<readonly Record<string, unknown>[]> {
    const rows = await this.#queue.add(async () => (await this.#open()).ask({ type: 'maintain', sql }));
    return Array.isArray(rows) ? rows : [];
  }

  async [Symbol.asyncDispose](): Promise<void> {
    if (this.#isClosed) return;
    this.#isClosed = true;
    this.#upkeep[Symbol.dispose]();
    await this.#queue.add(() => this.#closeThread());
  }

  async #open(): Promise<DatabaseThread> {
    if (this.#thread?.isAlive === true) {
      await this.#thread.ready();
      return this.#thread;
    }
    const { storeDir, migrationsDir, workerFile, templateFile, isDurable, logger } = this.#options;
    // Postgres makes files that others may read; nobody else gets as far.
    mkdirSync(storeDir, { recursive: true, mode: 0o700 });
    this.#lock ??= await waitForLock(storeDir);
    const startedAt = performance.now();
    const thread = new DatabaseThread(workerFile, {
      dataDir: join(storeDir, 'pgdata'),
      migrationsDir,
      templateFile,
      isDurable,
    });
    // Known from here on: one that is stopped while it opens must be gone before the next one opens the same files.
    this.#thread = thread;
    const applied = await thread.ready();
    logger('store.opened', { ms: Math.round(performance.now() - startedAt), applied });
    return thread;
  }

  async #stop(operation: string, deadlineMs: number): Promise<void> {
    this.#options.logger('store.stopped', { operation, deadlineMs });
    const reason = new IrisError('IRIS_UNAVAILABLE', `${operation} did not end within ${deadlineMs} ms`, {
      hint: 'Ask for less at once, such as a shorter time.',
    });
    await this.#thread?.terminate(reason);
  }

  async #maintainOpen(sql: string): Promise<readonly unknown[]> {
    if (this.#thread?.isAlive !== true) return [];
    const rows = await this.#thread.ask({ type: 'maintain', sql });
    return Array.isArray(rows) ? rows : [];
  }

  async #prune(): Promise<number> {
    const startedAt = performance.now();
    const removed = await pruneAll((sql) => this.#maintainOpen(sql));
    if (removed > 0)
      this.#options.logger('store.pruned', { removed, ms: Math.round(performance.now() - startedAt) });
    return removed;
  }

  async #closeThread(): Promise<void> {
    const thread = this.#thread;
    this.#thread = undefined;
    if (thread?.isAlive === true) {
      await thread.ask({ type: 'close' }).catch(() => undefined);
      await thread.terminate(closed());
    }
    await this.#lock?.[Symbol.asyncDispose]();
    this.#lock = undefined;
  }
}

/** A daemon that is being replaced gives its store up soon. */
async function waitForLock(storeDir: string): Promise<AsyncDisposable> {
  const deadline = Date.now() + LOCK_WAIT_MS;
  for (;;) {
    const lock = await takeFolderLock(storeDir, 'iris-store');
    if (lock !== undefined) return lock;
    if (Date.now() > deadline) break;
    await new Promise((resolve) => setTimeout(resolve, LOCK_POLL_MS));
  }
  throw new IrisError('IRIS_UNAVAILABLE', `Another process uses the store in ${storeDir}`, {
    hint: 'Leave out --no-daemon, or wait for the other run: one process at a time can use it.',
  });
}

function closed(): IrisError {
  return new IrisError('IRIS_UNAVAILABLE', 'The store was closed', { hint: 'Try again.' });
}
