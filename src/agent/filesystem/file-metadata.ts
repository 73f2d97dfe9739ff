import { lstat } from 'node:fs/promises';
import type { BytePath } from './byte-path.ts';
import { findXattrTool, type Metadata, type XattrTool } from './xattr-tool.ts';

const MAX_REMEMBERED = 10_000;
const MAX_FILES_AT_ONCE = 10_000;
const NONE: Metadata = {};

interface Waiting {
  readonly files: readonly BytePath[];
  readonly settle: (found: readonly Metadata[]) => void;
}

/**
 * What clients noted about files: extended attributes, so that they move along with the file. Where the file system or
 * the tools for them are missing, the agent itself remembers, for as long as the sandbox lives.
 */
export class FileMetadata {
  #tool: Promise<XattrTool | undefined> | undefined;
  readonly #remembered = new Map<string, Metadata>();
  #waiting: Waiting[] = [];
  #isReading = false;

  /** The metadata of each file, in order. Calls that come meanwhile share the next start of the tool. */
  read(files: readonly BytePath[]): Promise<readonly Metadata[]> {
    if (files.length === 0) return Promise.resolve([]);
    return new Promise((settle) => {
      this.#waiting.push({ files, settle });
      if (!this.#isReading) void this.#readWaiting();
    });
  }

  /** Notes `metadata` on files that have none yet. */
  async write(files: readonly BytePath[], metadata: Metadata): Promise<void> {
    if (files.length === 0 || Object.keys(metadata).length === 0) return;
    const tool = await this.#findTool();
    const written = await tool?.write(files, metadata);
    for (const [index, file] of files.entries()) {
      if (written?.[index] !== true) await this.#remember(file, metadata);
    }
  }

  async close(): Promise<void> {
    const tool = await this.#tool;
    tool?.close();
  }

  async #readWaiting(): Promise<void> {
    this.#isReading = true;
    while (this.#waiting.length > 0) {
      const batch = this.#takeBatch();
      const found = await this.#readAll(batch.flatMap(({ files }) => files));
      let start = 0;
      for (const { files, settle } of batch) {
        settle(found.slice(start, start + files.length));
        start += files.length;
      }
    }
    this.#isReading = false;
  }

  #takeBatch(): Waiting[] {
    let files = 0;
    const end = this.#waiting.findIndex((waiting, index) => {
      files += waiting.files.length;
      return index > 0 && files > MAX_FILES_AT_ONCE;
    });
    return this.#waiting.splice(0, end === -1 ? this.#waiting.length : end);
  }

  async #readAll(files: readonly BytePath[]): Promise<readonly Metadata[]> {
    const tool = await this.#findTool();
    const found = (await tool?.read(files)) ?? files.map(() => NONE);
    if (this.#remembered.size === 0) return found;
    return Promise.all(
      files.map(async (file, index) => ({ ...(await this.#recall(file)), ...found[index] })),
    );
  }

  #findTool(): Promise<XattrTool | undefined> {
    this.#tool ??= findXattrTool();
    return this.#tool;
  }

  async #remember(file: BytePath, metadata: Metadata): Promise<void> {
    const identity = await identityOf(file);
    if (identity === undefined) return;
    this.#remembered.set(identity, metadata);
    const [oldest] = this.#remembered.keys();
    if (this.#remembered.size > MAX_REMEMBERED && oldest !== undefined) this.#remembered.delete(oldest);
  }

  async #recall(file: BytePath): Promise<Metadata> {
    const identity = await identityOf(file);
    return (identity === undefined ? undefined : this.#remembered.get(identity)) ?? NONE;
  }
}

/** Stays the same when a file is renamed, and differs for the next file of the same name or inode. */
async function identityOf(file: BytePath): Promise<string | undefined> {
  try {
    const stats = await lstat(file, { bigint: true });
    return `${stats.dev}:${stats.ino}:${stats.birthtimeNs}`;
  } catch {
    return undefined;
  }
}
