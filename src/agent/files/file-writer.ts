import { randomBytes } from 'node:crypto';
import {
  closeSync,
  fchmodSync,
  openSync,
  realpathSync,
  renameSync,
  statSync,
  unlinkSync,
  writeSync,
} from 'node:fs';
import { open, rename, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { ConnectFailure } from '../../core/connect-failure.ts';
import { errnoOf } from '../../core/errors.ts';
import { makeDirectories } from '../filesystem/make-directories.ts';

const BUFFERED_BYTES = 256 * 1024;
const DEFAULT_MODE = 0o666;
const PERMISSION_BITS = 0o7777;

/**
 * Writes one file that appears whole or not at all. A small one is written in one go at the end, which for
 * many small files is several times faster than a round through the thread pool for each.
 */
export class FileWriter {
  readonly #target: string;
  readonly #mode: number | undefined;
  readonly #temporary: string;
  #buffered: Buffer[] = [];
  #bufferedBytes = 0;
  #handle: FileHandle | undefined;

  /** Creates the parents. Throws ConnectFailure when `file` cannot be one. */
  constructor(file: string) {
    const existing = statOf(file);
    if (existing?.isDirectory()) throw new ConnectFailure('invalid_argument', `path is a directory: ${file}`);
    if (existing && !existing.isFile())
      throw new ConnectFailure('invalid_argument', `path is not a file: ${file}`);
    if (!existing) attempt(file, () => makeDirectories(path.dirname(file)));
    // A symlink stays one: its target is replaced.
    this.#target = existing ? attempt(file, () => realpathSync(file)) : file;
    this.#mode = existing && Number(existing.mode) & PERMISSION_BITS;
    this.#temporary = path.join(path.dirname(this.#target), `.iris-${randomBytes(6).toString('hex')}.tmp`);
  }

  /** Takes the next bytes; whoever writes more waits for what is returned. */
  write(bytes: Buffer): Promise<void> | undefined {
    this.#buffered.push(bytes);
    this.#bufferedBytes += bytes.length;
    return this.#bufferedBytes > BUFFERED_BYTES ? this.#flush() : undefined;
  }

  /** Puts the file in its place. */
  async finish(): Promise<void> {
    if (!this.#handle) {
      attempt(this.#target, () => this.#writeAtOnce());
      return;
    }
    await this.#flush();
    await this.#handle.close();
    await rename(this.#temporary, this.#target).catch((cause: unknown) => {
      throw toWriteFailure(this.#target, cause);
    });
  }

  /** Leaves nothing behind. */
  async discard(): Promise<void> {
    await this.#handle?.close().catch(() => undefined);
    if (this.#handle) await unlink(this.#temporary).catch(() => undefined);
  }

  async #flush(): Promise<void> {
    const bytes = this.#takeBuffered();
    try {
      this.#handle ??= await this.#create();
      await this.#handle.writeFile(bytes);
    } catch (cause) {
      throw toWriteFailure(this.#target, cause);
    }
  }

  async #create(): Promise<FileHandle> {
    const handle = await open(this.#temporary, 'wx', this.#mode ?? DEFAULT_MODE);
    if (this.#mode !== undefined) await handle.chmod(this.#mode);
    return handle;
  }

  #writeAtOnce(): void {
    const bytes = this.#takeBuffered();
    const file = openSync(this.#temporary, 'wx', this.#mode ?? DEFAULT_MODE);
    try {
      if (this.#mode !== undefined) fchmodSync(file, this.#mode);
      for (let offset = 0; offset < bytes.length;) offset += writeSync(file, bytes, offset);
      renameSync(this.#temporary, this.#target);
    } catch (cause) {
      unlinkSync(this.#temporary);
      throw cause;
    } finally {
      closeSync(file);
    }
  }

  #takeBuffered(): Buffer {
    const bytes =
      this.#buffered.length === 1 && this.#buffered[0] ? this.#buffered[0] : Buffer.concat(this.#buffered);
    this.#buffered = [];
    this.#bufferedBytes = 0;
    return bytes;
  }
}

function statOf(file: string): ReturnType<typeof statSync> | undefined {
  try {
    return statSync(file, { throwIfNoEntry: false });
  } catch (cause) {
    throw toWriteFailure(file, cause);
  }
}

function attempt<Result>(file: string, write: () => Result): Result {
  try {
    return write();
  } catch (cause) {
    throw toWriteFailure(file, cause);
  }
}

function toWriteFailure(file: string, cause: unknown): ConnectFailure {
  const errno = errnoOf(cause) ?? String(cause);
  switch (errno) {
    case 'ENOSPC':
    case 'EDQUOT':
    case 'EFBIG':
      return new ConnectFailure('resource_exhausted', 'not enough disk space available', { cause });
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return new ConnectFailure('permission_denied', `error writing '${file}': ${errno}`, { cause });
    default:
      return new ConnectFailure('invalid_argument', `error writing '${file}': ${errno}`, { cause });
  }
}
