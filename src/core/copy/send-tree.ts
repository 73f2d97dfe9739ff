import { constants, type Dirent } from 'node:fs';
import { lstat, open, readdir, readlink, realpath, stat, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import { encodeFrame, frameHeader } from '../frames.ts';
import { atPath, CopyFailure } from './copy-failure.ts';
import { COPY, encodeDone, encodeEntry, encodeSkipped, type CopyCounts } from './copy-wire.ts';
import { staysInside } from './safe-path.ts';

/** Which files of a folder are sent; without it, everything. */
export interface Selection {
  readonly takes: (path: string) => boolean;
  readonly enters: (path: string) => boolean;
}

export interface SendOptions {
  /** Absolute; a link is followed here, and nowhere below. */
  readonly path: string;
  readonly selection?: Selection | undefined;
  /** Hears of what was read. */
  readonly onCounts?: ((counts: CopyCounts) => void) | undefined;
}

const CHUNK_BYTES = 256 * 1024;
const NOFOLLOW = constants.O_RDONLY | (constants.O_NOFOLLOW ?? 0) | (constants.O_NONBLOCK ?? 0);

/** A file or a folder as frames, read as they are asked for. Throws CopyFailure. */
export async function* sendTree(options: SendOptions): AsyncGenerator<Buffer, void> {
  const { path } = options;
  const root = await atPath(path, () => realpath(path));
  const facts = await atPath(path, () => stat(root));
  const sender = new TreeSender(root, options);
  if (facts.isFile()) yield* sender.file('');
  else if (facts.isDirectory()) yield* sender.folder();
  else throw new CopyFailure('special', path);
  yield encodeDone(sender.counts);
}

class TreeSender {
  readonly #root: string;
  readonly #options: SendOptions;
  counts = { files: 0, directories: 0, links: 0, bytes: 0, kept: 0 };

  constructor(root: string, options: SendOptions) {
    this.#root = root;
    this.#options = options;
  }

  async *folder(): AsyncGenerator<Buffer, void> {
    const waiting = [''];
    for (let path = waiting.pop(); path !== undefined; path = waiting.pop()) {
      const entries = await readdir(join(this.#root, path), { withFileTypes: true }).catch(() => undefined);
      if (entries === undefined && path === '') throw new CopyFailure('denied', this.#options.path);
      if (path === '' || this.#options.selection === undefined) yield this.#enter(path);
      if (entries === undefined) yield encodeSkipped({ why: 'unreadable', path });
      for (const entry of entries ?? []) {
        const below = path === '' ? entry.name : `${path}/${entry.name}`;
        if (!this.#isWanted(entry, below)) continue;
        if (entry.isDirectory()) waiting.push(below);
        else yield* entry.isSymbolicLink() ? this.#link(below) : this.file(below);
      }
    }
  }

  #isWanted(entry: Dirent, path: string): boolean {
    const { selection } = this.#options;
    if (selection === undefined) return true;
    return entry.isDirectory() ? selection.enters(path) : entry.isFile() && selection.takes(path);
  }

  async *file(path: string): AsyncGenerator<Buffer, void> {
    const handle = await this.#open(join(this.#root, path), path);
    if (typeof handle === 'string') {
      yield encodeSkipped({ why: handle, path });
      return;
    }
    try {
      yield encodeEntry({ kind: 'file', path, mode: (await handle.stat()).mode & 0o777, target: '' });
      yield* this.#content(handle);
      this.counts.files += 1;
      this.#options.onCounts?.(this.counts);
    } finally {
      await handle.close();
    }
  }

  async *#content(handle: FileHandle): AsyncGenerator<Buffer, void> {
    for (;;) {
      const read = await handle.read(Buffer.allocUnsafe(CHUNK_BYTES), 0, CHUNK_BYTES).catch(() => undefined);
      if (read === undefined) return yield encodeFrame(COPY.fileEnd, 'unreadable');
      if (read.bytesRead === 0) return yield encodeFrame(COPY.fileEnd);
      yield frameHeader(COPY.data, read.bytesRead);
      yield read.buffer.subarray(0, read.bytesRead);
      this.counts.bytes += read.bytesRead;
      this.#options.onCounts?.(this.counts);
    }
  }

  /** What is no file, or can no longer be read, ends the copy only where it was named. */
  async #open(full: string, path: string): Promise<FileHandle | 'special' | 'unreadable'> {
    try {
      if (!(await lstat(full)).isFile()) return 'special';
      return await open(full, NOFOLLOW);
    } catch (thrown) {
      if (path === '') return await atPath(this.#options.path, () => Promise.reject(thrown));
      return 'unreadable';
    }
  }

  async *#link(path: string): AsyncGenerator<Buffer, void> {
    const target = await readlink(join(this.#root, path)).catch(() => '');
    if (staysInside(path, target)) {
      this.counts.links += 1;
      yield encodeEntry({ kind: 'link', path, mode: 0o777, target });
    } else {
      yield encodeSkipped({ why: 'leads-out', path });
    }
  }

  #enter(path: string): Buffer {
    this.counts.directories += 1;
    return encodeEntry({ kind: 'directory', path, mode: 0o777, target: '' });
  }
}
