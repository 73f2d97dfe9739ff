import type { Stats } from 'node:fs';
import { readlink, type FileHandle } from 'node:fs/promises';
import { pathIn } from './safe-walk.ts';
import type { VolumeOwner } from './volume-owner.ts';

/** What a client learns of one entry. */
export interface VolumeEntry {
  readonly name: string;
  readonly path: string;
  readonly type: 'unknown' | 'file' | 'directory' | 'symlink';
  readonly size: number;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly atime: string;
  readonly mtime: string;
  readonly ctime: string;
  readonly target?: string;
}

/** Describes the entry that `handle` names; `folder` is the one that holds it. */
export async function describeEntry(
  handle: FileHandle,
  { names, folder, owner }: { names: readonly string[]; folder?: FileHandle | undefined; owner: VolumeOwner },
): Promise<VolumeEntry> {
  const stats = await handle.stat();
  const name = names.at(-1) ?? '/';
  const target = stats.isSymbolicLink() && folder ? await readTarget(folder, name) : undefined;
  return {
    name,
    path: `/${names.join('/')}`,
    type: typeOf(stats),
    size: stats.size,
    mode: stats.mode & 0o7777,
    uid: owner.toClient(stats.uid),
    gid: owner.toClient(stats.gid),
    atime: stats.atime.toISOString(),
    mtime: stats.mtime.toISOString(),
    ctime: stats.ctime.toISOString(),
    ...(target === undefined ? {} : { target }),
  };
}

/** The link may have become something else meanwhile. */
function readTarget(folder: FileHandle, name: string): Promise<string | undefined> {
  return readlink(pathIn(folder, name)).catch(() => undefined);
}

function typeOf(stats: Stats): VolumeEntry['type'] {
  if (stats.isFile()) return 'file';
  if (stats.isDirectory()) return 'directory';
  return stats.isSymbolicLink() ? 'symlink' : 'unknown';
}
