import { watch, type FSWatcher } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import { joinBytes, type BytePath } from './byte-path.ts';
import type { EntryState } from './compare-entry.ts';
import { inChunks } from './entry-info.ts';
import { errnoFailure } from './errno-failure.ts';

/** Something happened to this name in this directory. */
export interface RawNotice {
  readonly directory: WatchedDirectory;
  readonly name: Buffer;
  readonly isRename: boolean;
  readonly isUpload: boolean;
}

/** An upload is written beside its target and then takes its place; see FileWriter. */
const UPLOAD_NAME = /^\.iris-[0-9a-f]{12}\.tmp$/;

/** One directory under inotify, and what is known of its entries. */
export class WatchedDirectory {
  readonly path: BytePath;
  /** Entries by their names as latin1, which keeps every byte. */
  readonly entries = new Map<string, EntryState>();
  readonly #watcher: FSWatcher;
  #wasUpload = false;

  /** Throws ConnectFailure when it cannot be watched. */
  constructor(path: BytePath, onNotice: (notice: RawNotice) => void) {
    this.path = path;
    try {
      this.#watcher = watch(path, { encoding: 'buffer' });
    } catch (cause) {
      throw errnoFailure(cause, `cannot watch '${path.toString()}'`);
    }
    // A watch that breaks later has lost its directory, of which the parent's watch tells.
    this.#watcher.on('error', () => this.close());
    this.#watcher.on('change', (kind, name) => {
      if (Buffer.isBuffer(name)) this.#take(kind === 'rename', name, onNotice);
    });
  }

  /** Looks at every entry. Throws ConnectFailure when the directory cannot be read. */
  async scan(): Promise<void> {
    const names = await readdir(this.path, { encoding: 'buffer' }).catch((cause: unknown) => {
      throw errnoFailure(cause, `cannot watch '${this.path.toString()}'`);
    });
    const states = await inChunks(names, (name) => stateOf(this.pathOf(name)));
    for (const [index, name] of names.entries()) this.set(name, states[index]);
  }

  pathOf(name: Buffer): BytePath {
    return joinBytes(this.path, name);
  }

  get(name: Buffer): EntryState | undefined {
    return this.entries.get(name.toString('latin1'));
  }

  set(name: Buffer, state: EntryState | undefined): void {
    const key = name.toString('latin1');
    if (state && !UPLOAD_NAME.test(key)) this.entries.set(key, state);
    else this.entries.delete(key);
  }

  close(): void {
    this.#watcher.close();
  }

  /** The kernel tells of both ends of a rename one after the other. */
  #take(isRename: boolean, name: Buffer, onNotice: (notice: RawNotice) => void): void {
    if (UPLOAD_NAME.test(name.toString('latin1'))) {
      this.#wasUpload = isRename;
      return;
    }
    const isUpload = isRename && this.#wasUpload;
    this.#wasUpload = false;
    onNotice({ directory: this, name, isRename, isUpload });
  }
}

/** Undefined when there is nothing, or nothing that may be looked at. */
export async function stateOf(file: BytePath): Promise<EntryState | undefined> {
  try {
    const stats = await lstat(file, { bigint: true });
    return {
      identity: `${stats.dev}:${stats.ino}`,
      isDirectory: stats.isDirectory(),
      size: stats.size,
      mtimeNs: stats.mtimeNs,
      ctimeNs: stats.ctimeNs,
    };
  } catch {
    return undefined;
  }
}
