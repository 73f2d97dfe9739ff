import { createHash } from 'node:crypto';
import type { Logger } from '../../core/logger.ts';
import { connect, type ConnectOptions, type ServerConnection } from './connect.ts';

interface Kept {
  readonly opening: Promise<ServerConnection>;
  idle: NodeJS.Timeout | undefined;
  users: number;
}

export interface ServerPoolOptions {
  readonly logger: Logger;
  /** How long a server stays after its last call. @default 300000 */
  readonly idleMs?: number | undefined;
}

const IDLE_MS = 300_000;

/** The servers that run now: one for all runs that would start it in the same way, gone when nobody called for a while. */
export class ServerPool implements AsyncDisposable {
  readonly #kept = new Map<string, Kept>();
  readonly #logger: Logger;
  readonly #idleMs: number;

  constructor({ logger, idleMs = IDLE_MS }: ServerPoolOptions) {
    this.#logger = logger;
    this.#idleMs = idleMs;
  }

  /** Works with a server, which is started first where it does not run. Throws what starting it throws. */
  async use<Result>(
    options: ConnectOptions,
    work: (connection: ServerConnection) => Promise<Result>,
  ): Promise<Result> {
    const key = keyOf(options);
    const kept = this.#kept.get(key) ?? this.#open(key, options);
    clearTimeout(kept.idle);
    kept.users += 1;
    try {
      return await work(await kept.opening);
    } finally {
      kept.users -= 1;
      if (kept.users === 0) this.#restOf(key, kept);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const all = [...this.#kept.values()];
    this.#kept.clear();
    await Promise.allSettled(
      all.map(async ({ opening, idle }) => {
        clearTimeout(idle);
        await (await opening)[Symbol.asyncDispose]();
      }),
    );
  }

  #open(key: string, options: ConnectOptions): Kept {
    // Not ended by whoever asked first: others may wait for the same server.
    const kept: Kept = { opening: connect(options), idle: undefined, users: 0 };
    this.#kept.set(key, kept);
    const forget = (): void => {
      if (this.#kept.get(key) === kept) this.#kept.delete(key);
    };
    kept.opening.then(({ gone }) => {
      if (gone.aborted) forget();
      gone.addEventListener('abort', forget, { once: true });
      this.#logger('server.opened', { name: options.name });
    }, forget);
    return kept;
  }

  #restOf(key: string, kept: Kept): void {
    if (this.#kept.get(key) !== kept) return;
    kept.idle = setTimeout(() => {
      this.#kept.delete(key);
      void kept.opening.then((connection) => connection[Symbol.asyncDispose]()).catch(() => undefined);
    }, this.#idleMs);
    kept.idle.unref();
  }
}

/** The values of variables are in it, so it is only kept as a digest. */
function keyOf({ name, launch, projectDir, env }: ConnectOptions): string {
  const place = launch.type === 'stdio' ? [projectDir, env] : [];
  return createHash('sha256')
    .update(JSON.stringify([name, launch, ...place]))
    .digest('hex');
}
