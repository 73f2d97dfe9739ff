import { randomBytes } from 'node:crypto';
import { unlinkSync, type Stats } from 'node:fs';
import { lstat, open, rename, symlink, unlink, type FileHandle } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { Frame } from '../frames.ts';
import { atPath, CopyFailure, toCopyFailure } from './copy-failure.ts';
import { COPY, readEntry, readFailure, readSkipped, type CopyEntry, type Skipped } from './copy-wire.ts';
import type { Place } from './place-target.ts';
import { safeSegments, staysInside } from './safe-path.ts';
import { factsOf, TargetFolders } from './target-folders.ts';

export interface ReceiveOptions {
  /** Where the tree goes, by what its root is. */
  readonly place: (kind: 'file' | 'directory') => Promise<Place>;
  /** Permissions that nothing gets. */
  readonly umask: number;
  /** Leaves files alone that are there. */
  readonly isNoClobber: boolean;
  /** Which files may come; anything, where it is left out. */
  readonly accepts?: ((path: string) => boolean) | undefined;
  readonly maxFiles?: number | undefined;
  readonly maxBytes?: number | undefined;
  readonly onCounts?: (() => void) | undefined;
}

interface OpenFile {
  readonly path: string;
  readonly full: string;
  readonly temp: string;
  readonly handle: FileHandle;
  readonly mode: number;
  bytes: number;
}

const MAX_SKIPPED = 1000;

/**
 * Writes a tree that comes in frames, from somebody who is not trusted: nothing is written outside of its place, nor
 * through a link. A file has its name only when it is whole. Throws CopyFailure.
 */
export class TreeReceiver {
  readonly #options: ReceiveOptions;
  /** The files that this copy wrote, by inode: what it would write again is the same to the file system. */
  readonly #written = new Set<string>();
  #place: Place | undefined;
  #folders: TargetFolders | undefined;
  #file: OpenFile | undefined;
  #isDone = false;
  readonly counts = { files: 0, directories: 0, links: 0, bytes: 0, kept: 0 };
  readonly names: string[] = [];
  readonly skipped: Skipped[] = [];

  constructor(options: ReceiveOptions) {
    this.#options = options;
  }

  /** Throws CopyFailure where the tree has no end. */
  demandDone(): void {
    if (!this.#isDone) throw new CopyFailure('broken', '');
  }

  async take({ type, payload }: Frame): Promise<void> {
    if (type === COPY.data) return await this.#write(payload);
    if (type === COPY.fileEnd) return await this.#endFile(payload.length > 0);
    if (type === COPY.skipped) return this.#skip(readSkipped(payload));
    if (type === COPY.failed) throw readFailure(payload);
    if (type === COPY.entry && this.#file === undefined) return await this.#enter(readEntry(payload));
    if (type !== COPY.done || this.#file !== undefined) throw new CopyFailure('broken', '');
    this.#isDone = true;
  }

  /** Removes what is not whole. */
  async abandon(): Promise<void> {
    const file = this.#file;
    this.#file = undefined;
    if (file === undefined) return;
    await file.handle.close().catch(() => undefined);
    await unlink(file.temp).catch(() => undefined);
  }

  /** The same for a process that ends now. */
  abandonNow(): void {
    if (this.#file === undefined) return;
    try {
      unlinkSync(this.#file.temp);
    } catch {
      // It is gone.
    }
  }

  async #enter(entry: CopyEntry): Promise<void> {
    const { kind, path } = entry;
    if (this.#place === undefined) {
      if (kind === 'link' || path !== '') throw new CopyFailure('broken', path);
      this.#place = await this.#options.place(kind);
      this.#folders = new TargetFolders(this.#place.base, this.#options.umask);
    } else if (safeSegments(path, 'linux') === undefined) {
      throw new CopyFailure('unsafe', path);
    }
    const { base, below } = this.#place;
    const whole = [below, path].filter((part) => part !== '').join('/');
    const segments = whole === '' ? [] : safeSegments(whole, process.platform);
    if (segments === undefined) return this.#skip({ why: 'name', path });
    if (kind === 'directory') return await this.#makeFolder(segments);
    const { accepts } = this.#options;
    if (accepts !== undefined && (kind === 'link' || !accepts(path))) throw new CopyFailure('unsafe', path);
    await this.#folders?.make(segments.slice(0, -1));
    const full = join(base, ...segments);
    await (kind === 'link' ? this.#makeLink(entry, full) : this.#beginFile(entry, full));
  }

  async #makeFolder(segments: readonly string[]): Promise<void> {
    // The folders of a selection are made with the files in them.
    if (this.#options.accepts !== undefined) return;
    await this.#folders?.make(segments);
    this.counts.directories += 1;
  }

  async #beginFile({ path, mode }: CopyEntry, full: string): Promise<void> {
    const { umask, isNoClobber, maxFiles = Infinity } = this.#options;
    if (this.counts.files >= maxFiles) throw new CopyFailure('limit', path);
    const facts = await this.#lookAt(full);
    if (facts !== undefined && this.#written.has(inodeOf(facts))) return this.#skip({ why: 'clash', path });
    if (facts !== undefined && isNoClobber) {
      this.counts.kept += 1;
      return;
    }
    const temp = tempBeside(full);
    const handle = await atPath(full, () => open(temp, 'wx', 0o600));
    this.#file = { path, full, temp, handle, mode: mode & ~umask, bytes: 0 };
  }

  /** What comes without an open file is the content of one that is left out. */
  async #write(payload: Buffer): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    if (this.counts.bytes + payload.length > (this.#options.maxBytes ?? Infinity))
      throw new CopyFailure('limit', file.path);
    await atPath(file.full, async () => {
      for (let at = 0; at < payload.length;)
        at += (await file.handle.write(payload, at, payload.length - at)).bytesWritten;
    });
    file.bytes += payload.length;
    this.counts.bytes += payload.length;
    this.#options.onCounts?.();
  }

  async #endFile(isBroken: boolean): Promise<void> {
    const file = this.#file;
    if (file === undefined) return;
    if (isBroken) {
      await this.abandon();
      return this.#skip({ why: 'unreadable', path: file.path });
    }
    await atPath(file.full, async () => {
      await file.handle.chmod(file.mode);
      const facts = await file.handle.stat();
      await file.handle.close();
      await rename(file.temp, file.full);
      this.#written.add(inodeOf(facts));
    });
    this.#file = undefined;
    this.counts.files += 1;
    if (this.#options.accepts !== undefined) this.names.push(file.path);
    this.#options.onCounts?.();
  }

  async #makeLink({ path, target }: CopyEntry, full: string): Promise<void> {
    if (!staysInside(path, target)) return this.#skip({ why: 'leads-out', path });
    const facts = await this.#lookAt(full);
    if (facts !== undefined && this.#written.has(inodeOf(facts))) return this.#skip({ why: 'clash', path });
    if (facts !== undefined && this.#options.isNoClobber) {
      this.counts.kept += 1;
      return;
    }
    const temp = tempBeside(full);
    await atPath(full, () => symlink(target, temp));
    try {
      await rename(temp, full);
    } catch (thrown) {
      await unlink(temp).catch(() => undefined);
      throw toCopyFailure(thrown, full);
    }
    this.#written.add(inodeOf(await atPath(full, () => lstat(full))));
    this.counts.links += 1;
  }

  /** What is in the way of a file; only another file or a link may be. */
  async #lookAt(full: string): Promise<Stats | undefined> {
    const facts = await factsOf(full);
    if (facts?.isDirectory() === true) throw new CopyFailure('is-directory', full);
    if (facts !== undefined && !facts.isFile() && !facts.isSymbolicLink())
      throw new CopyFailure('special', full);
    return facts;
  }

  #skip(skipped: Skipped): void {
    if (this.skipped.length < MAX_SKIPPED) this.skipped.push(skipped);
  }
}

function inodeOf({ dev, ino }: Stats): string {
  return `${dev} ${ino}`;
}

function tempBeside(full: string): string {
  return join(dirname(full), `.iris-cp-${randomBytes(8).toString('hex')}`);
}
