import { readdir, realpath, stat } from 'node:fs/promises';
import { ConnectFailure } from '../../core/connect-failure.ts';
import { joinBytes, type BytePath } from './byte-path.ts';
import { readEntries, type EntryInfo } from './entry-info.ts';
import { errnoFailure } from './errno-failure.ts';
import type { FileMetadata } from './file-metadata.ts';

/** What a reply has room for; a tree may hold any number. */
const MAX_ENTRIES = 50_000;

interface Found {
  readonly path: BytePath;
  readonly depth: number;
  readonly isDirectory: boolean;
}

/**
 * The entries below a directory, `depth` levels deep, in the order of a walk: sorted by bytes, each directory before
 * its content. Symlinks are not followed, but for `directory` itself. Throws ConnectFailure.
 */
export async function listDir(
  directory: string,
  { depth, metadata }: { depth: number; metadata: FileMetadata },
): Promise<EntryInfo[]> {
  await expectDirectory(directory);
  const found = await walk(Buffer.from(directory), depth);
  const entries = await readEntries(
    found.map((each) => each.path),
    metadata,
  );
  return entries.filter((entry) => entry !== undefined);
}

async function expectDirectory(directory: string): Promise<void> {
  try {
    const stats = await stat(await realpath(directory));
    if (stats.isDirectory()) return;
  } catch (cause) {
    throw errnoFailure(cause, `cannot list '${directory}'`);
  }
  throw new ConnectFailure('invalid_argument', `path is not a directory: ${directory}`);
}

async function walk(directory: BytePath, depth: number): Promise<Found[]> {
  const found: Found[] = [];
  const ahead = await childrenOf(directory, 1);
  for (let next = ahead.pop(); next; next = ahead.pop()) {
    found.push(next);
    if (found.length + ahead.length > MAX_ENTRIES) {
      const message = `'${directory.toString()}' has more than ${MAX_ENTRIES} entries; list less of it`;
      throw new ConnectFailure('resource_exhausted', message);
    }
    if (!next.isDirectory || next.depth >= depth) continue;
    // Further down a directory may be gone or closed to us, or its path longer than the kernel takes.
    ahead.push(...(await childrenOf(next.path, next.depth + 1).catch(() => [])));
  }
  return found;
}

/** The last one comes first, so that the first one is the next to be taken off. */
async function childrenOf(directory: BytePath, depth: number): Promise<Found[]> {
  const names = await readdir(directory, { encoding: 'buffer', withFileTypes: true }).catch(
    (cause: unknown) => {
      throw errnoFailure(cause, `cannot list '${directory.toString()}'`);
    },
  );
  names.sort((one, other) => Buffer.compare(other.name, one.name));
  return names.map((entry) => ({
    path: joinBytes(directory, entry.name),
    depth,
    isDirectory: entry.isDirectory(),
  }));
}
