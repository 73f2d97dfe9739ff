import { createHash } from 'node:crypto';
import { open } from 'node:fs/promises';
import { secretLook } from '../secret-look.ts';
import { reasonOf, unreadable, type FoundFile } from './find-file.ts';

export interface FileContent {
  readonly bytes: number;
  readonly content: Buffer;
  readonly sha256: string;
  /** What it is likely to give away. */
  readonly secret: string | undefined;
}

interface KeptContent extends FileContent {
  readonly stamp: string;
}

const DEFAULT_MAX_BYTES = 64 * 1024 * 1024;
/** Clocks of file systems tick: a file this fresh may change again without looking different. */
const SETTLED_MS = 2_000;

/** Keeps the content of files that were sent, within a number of bytes, for as long as they look unchanged. */
export class IncludeCache {
  readonly #maxBytes: number;
  readonly #kept = new Map<string, KeptContent>();
  #bytes = 0;

  constructor(maxBytes = DEFAULT_MAX_BYTES) {
    this.#maxBytes = maxBytes;
  }

  /** Returns the content of a file, from memory where it did not change. Throws FILE_UNREADABLE. */
  async read(file: FoundFile): Promise<FileContent> {
    const kept = this.#kept.get(file.localFile);
    this.#forget(file.localFile);
    if (kept?.stamp === file.stamp) return this.#keep(file, kept);
    const startedAtMs = Date.now();
    const content = await readBounded(file);
    const sha256 = createHash('sha256').update(content).digest('hex');
    const secret = secretLook(file.localFile, content);
    const read = { bytes: content.length, content, sha256, secret };
    return file.changedMs + SETTLED_MS < startedAtMs ? this.#keep(file, read) : read;
  }

  #keep({ localFile, stamp }: FoundFile, { bytes, content, sha256, secret }: FileContent): FileContent {
    // Callers at the same moment may both have read it.
    this.#forget(localFile);
    this.#kept.set(localFile, { bytes, content, sha256, secret, stamp });
    this.#bytes += bytes;
    for (const oldest of this.#kept.keys()) {
      if (this.#bytes <= this.#maxBytes) break;
      this.#forget(oldest);
    }
    return { bytes, content, sha256, secret };
  }

  #forget(localFile: string): void {
    this.#bytes -= this.#kept.get(localFile)?.bytes ?? 0;
    this.#kept.delete(localFile);
  }
}

/** Reads no more than the size that was counted, even of a log that grows while it is read. */
async function readBounded(file: FoundFile): Promise<Buffer> {
  try {
    await using handle = await open(file.localFile, 'r');
    const content = Buffer.allocUnsafeSlow(file.bytes);
    let filled = 0;
    while (filled < content.length) {
      const { bytesRead } = await handle.read(content, filled);
      if (bytesRead === 0) break;
      filled += bytesRead;
    }
    return content.subarray(0, filled);
  } catch (thrown) {
    throw unreadable(file.name, reasonOf(thrown), thrown);
  }
}
