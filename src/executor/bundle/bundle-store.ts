import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { newId } from '../../core/ids.ts';
import type { KeptBundle } from './kept-bundle.ts';
import { parseHeader } from './bundle-header.ts';

export interface BundleStoreOptions {
  readonly directory: string;
  readonly maxBytes: number;
}

const SUFFIX = '.bundle';
const NEWLINE = 10;
/** A file that is half written belongs to a process that died, once it is this old. */
const ABANDONED_MS = 60_000;

/** Keeps bundles on disk, so that a new daemon need not bundle packages again. Whatever it cannot read is not there. */
export class BundleStore {
  readonly #options: BundleStoreOptions;
  readonly #writing = new Set<Promise<void>>();

  constructor(options: BundleStoreOptions) {
    this.#options = options;
  }

  /** Returns the bundle kept under `key`, unless it is missing or damaged. */
  async read(key: string): Promise<KeptBundle | undefined> {
    const content = await readFile(this.#fileOf(key)).catch(() => undefined);
    const end = content?.indexOf(NEWLINE) ?? -1;
    if (content === undefined || end === -1) return undefined;
    const header = parseHeader(content.subarray(0, end).toString('utf8'));
    const code = content.subarray(end + 1);
    if (header === undefined || header.key !== key || sha256(code) !== header.sha256) return undefined;
    const { key: _key, stamps, ...facts } = header;
    return { bundle: { ...facts, code }, stamps };
  }

  /** Keeps a bundle in the background; a failure, such as a full disk, only costs the next daemon a build. */
  write(key: string, kept: KeptBundle): void {
    const writing = this.#write(key, kept)
      .catch(() => undefined)
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  /** Resolves when nothing is being written any more. */
  async settle(): Promise<void> {
    await Promise.all(this.#writing);
  }

  async #write(key: string, { bundle, stamps }: KeptBundle): Promise<void> {
    const { code, ...facts } = bundle;
    const header = JSON.stringify({ ...facts, key, stamps });
    const { directory } = this.#options;
    await mkdir(directory, { recursive: true, mode: 0o700 });
    const temporary = join(directory, `${newId('tmp')}.tmp`);
    try {
      await writeFile(temporary, Buffer.concat([Buffer.from(`${header}\n`), code]), { mode: 0o600 });
      await rename(temporary, this.#fileOf(key));
    } finally {
      await rm(temporary, { force: true });
    }
    await this.#sweep();
  }

  /** Deletes the oldest files until the rest fits. */
  async #sweep(): Promise<void> {
    const { directory, maxBytes } = this.#options;
    const names = await readdir(directory);
    const files = await Promise.all(names.map((name) => describe(join(directory, name))));
    let bytes = 0;
    for (const file of files.toSorted((a, b) => b.changedMs - a.changedMs)) {
      const isAbandoned = !file.path.endsWith(SUFFIX) && Date.now() - file.changedMs > ABANDONED_MS;
      bytes += file.bytes;
      if (bytes > maxBytes || isAbandoned) await rm(file.path, { force: true });
    }
  }

  #fileOf(key: string): string {
    return join(this.#options.directory, `${sha256(key).slice(0, 32)}${SUFFIX}`);
  }
}

interface StoredFile {
  readonly path: string;
  readonly bytes: number;
  readonly changedMs: number;
}

/** A file that another process has just deleted has no size. */
async function describe(path: string): Promise<StoredFile> {
  const stats = await stat(path).catch(() => undefined);
  return { path, bytes: stats?.size ?? 0, changedMs: stats?.mtimeMs ?? 0 };
}

function sha256(content: Buffer | string): string {
  return createHash('sha256').update(content).digest('hex');
}
