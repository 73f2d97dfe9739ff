import type { Stats } from 'node:fs';
import { chmod, lstat, mkdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { atPath, CopyFailure, toCopyFailure } from './copy-failure.ts';

/** The folders that a copy writes into: links are followed up to `base`, and none below it. */
export class TargetFolders {
  readonly #base: string;
  readonly #umask: number;
  readonly #known = new Set<string>();

  constructor(base: string, umask: number) {
    this.#base = base;
    this.#umask = umask;
  }

  /** Makes what is missing of a folder below `base`. Throws CopyFailure for what is there and no folder, or a link. */
  async make(segments: readonly string[]): Promise<void> {
    if (!this.#known.has(this.#base)) await this.#makeBase();
    let full = this.#base;
    for (const segment of segments) {
      full = join(full, segment);
      if (this.#known.has(full)) continue;
      const facts = await factsOf(full);
      if (facts === undefined) await this.#makeOne(full);
      else if (!facts.isDirectory()) throw new CopyFailure('not-directory', full);
      this.#known.add(full);
    }
  }

  async #makeBase(): Promise<void> {
    const missing: string[] = [];
    let full = this.#base;
    while (!(await isFolder(full)) && dirname(full) !== full) {
      missing.unshift(full);
      full = dirname(full);
    }
    for (const one of missing) await this.#makeOne(one);
    this.#known.add(this.#base);
  }

  async #makeOne(full: string): Promise<void> {
    // Whoever cannot enter a folder could not fill it. The process itself may have a stricter mask.
    const mode = (0o777 & ~this.#umask) | 0o700;
    await atPath(full, async () => {
      await mkdir(full);
      await chmod(full, mode);
    });
  }
}

/** What is at a path itself; undefined where nothing is. Throws CopyFailure. */
export async function factsOf(full: string): Promise<Stats | undefined> {
  return await unlessMissing(full, () => lstat(full));
}

/** Whether a path leads to a folder, or to nothing. Throws CopyFailure for anything else. */
async function isFolder(full: string): Promise<boolean> {
  const facts = await unlessMissing(full, () => stat(full));
  if (facts !== undefined && !facts.isDirectory()) throw new CopyFailure('not-directory', full);
  return facts !== undefined;
}

async function unlessMissing(full: string, look: () => Promise<Stats>): Promise<Stats | undefined> {
  try {
    return await look();
  } catch (thrown) {
    const failure = toCopyFailure(thrown, full);
    if (failure.reason === 'missing') return undefined;
    throw failure;
  }
}
