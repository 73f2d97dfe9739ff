import { execFile } from 'node:child_process';
import { statfs } from 'node:fs/promises';
import { promisify } from 'node:util';
import type { Logger } from '../../core/logger.ts';

/** A sandbox with a folder of the host's disk that it writes to: its home, or a volume. */
export interface GuardedSandbox {
  readonly id: string;
  readonly folder: string;
  /** Whether others write there as well: then only who is there while it grows can be at fault. */
  readonly isShared?: boolean;
  kill(): Promise<void>;
}

export interface DiskGuardOptions {
  /** The folder whose file system is guarded. */
  readonly folder: string;
  /** What each home and each volume may hold. */
  readonly homeBytes: number;
  readonly sandboxes: () => readonly GuardedSandbox[];
  readonly logger: Logger;
  /** @default what the file system says */
  readonly readSpace?: (folder: string) => Promise<DiskSpace>;
  /** @default what du says */
  readonly measure?: (folder: string) => Promise<number>;
  /** @default 500 */
  readonly everyMs?: number;
}

export interface DiskSpace {
  readonly freeBytes: number;
  readonly totalBytes: number;
}

const EVERY_MS = 500;
const MAX_RESERVE_BYTES = 1024 ** 3;
const RESERVE_SHARE = 0.05;
/** Homes are measured again when so much has gone; smaller changes are everyday noise. */
const NOTICE_BYTES = 16 * 1024 * 1024;
const DU_TIMEOUT_MS = 10_000;

/**
 * Watches the host's disk where folders have no size of their own: ends a sandbox whose home or growing volume holds more
 * than its share, and the largest one when the disk is nearly full. It looks only while the disk fills up, and it may
 * come late.
 */
export class DiskGuard implements Disposable {
  readonly #options: DiskGuardOptions;
  readonly #timer: NodeJS.Timeout;
  /** What shared folders held when they were measured last. */
  #sharedBytes: ReadonlyMap<string, number> = new Map();
  #measuredFreeBytes = Infinity;
  #isLooking = false;

  constructor(options: DiskGuardOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.look(), options.everyMs ?? EVERY_MS).unref();
  }

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }

  /** Looks once; what fails is tried again the next time. */
  async look(): Promise<void> {
    const { folder, sandboxes, readSpace = spaceOf, logger } = this.#options;
    if (this.#isLooking || sandboxes().length === 0) return;
    this.#isLooking = true;
    try {
      const space = await readSpace(folder);
      if (space.freeBytes > this.#measuredFreeBytes) this.#measuredFreeBytes = space.freeBytes;
      const isLow = space.freeBytes < reserveOf(space);
      if (!isLow && this.#measuredFreeBytes - space.freeBytes < NOTICE_BYTES) return;
      this.#measuredFreeBytes = space.freeBytes;
      await this.#endOffenders(isLow);
    } catch (error) {
      logger('disk-guard.failed', { error: String(error) });
    } finally {
      this.#isLooking = false;
    }
  }

  async #endOffenders(isLow: boolean): Promise<void> {
    const { homeBytes, logger } = this.#options;
    const homes = await this.#suspects();
    const largest = homes.toSorted((left, right) => right.bytes - left.bytes).slice(0, isLow ? 1 : 0);
    const offenders = new Set([...homes.filter(({ bytes }) => bytes > homeBytes), ...largest]);
    for (const { sandbox, bytes } of offenders) {
      const what = sandbox.isShared === true ? 'a volume' : 'its home';
      const reason = bytes > homeBytes ? `${what} is over its size` : 'the disk is nearly full';
      logger('sandbox.killed-for-disk', { id: sandbox.id, bytes, homeBytes, reason });
      await sandbox.kill();
    }
  }

  /** Every folder with its size, but for shared ones that have not grown since they were measured last. */
  async #suspects(): Promise<readonly { readonly sandbox: GuardedSandbox; readonly bytes: number }[]> {
    const { sandboxes, measure = usedBytes } = this.#options;
    const guarded = sandboxes();
    const folders = [...new Set(guarded.map(({ folder }) => folder))];
    const sizes = new Map(
      await Promise.all(folders.map(async (folder) => [folder, await measure(folder)] as const)),
    );
    const before = this.#sharedBytes;
    const shared = guarded.filter(({ isShared }) => isShared).map(({ folder }) => folder);
    this.#sharedBytes = new Map(shared.map((folder) => [folder, sizes.get(folder) ?? 0]));
    return guarded
      .map((sandbox) => ({ sandbox, bytes: sizes.get(sandbox.folder) ?? 0 }))
      .filter(
        ({ sandbox, bytes }) => sandbox.isShared !== true || bytes > (before.get(sandbox.folder) ?? bytes),
      );
  }
}

function reserveOf({ totalBytes }: DiskSpace): number {
  return Math.min(MAX_RESERVE_BYTES, totalBytes * RESERVE_SHARE);
}

async function spaceOf(folder: string): Promise<DiskSpace> {
  const { bsize, bavail, blocks } = await statfs(folder);
  return { freeBytes: bsize * bavail, totalBytes: bsize * blocks };
}

/** Follows no link and leaves no file system, and it counts what du could still read when something vanished. */
async function usedBytes(folder: string): Promise<number> {
  const text = await promisify(execFile)('/usr/bin/du', ['-skxP', '--', folder], {
    timeout: DU_TIMEOUT_MS,
    env: {},
  }).then(
    ({ stdout }) => stdout,
    (error: unknown) =>
      error instanceof Error && 'stdout' in error && typeof error.stdout === 'string' ? error.stdout : '',
  );
  return Number.parseInt(text, 10) * 1024 || 0;
}
