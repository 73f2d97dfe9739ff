import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';

/** A handle that names an entry without opening it: no device wakes up, no pipe blocks. Not among Node's constants. */
const O_PATH = 0o10_000_000;
const { O_DIRECTORY, O_NOFOLLOW, O_RDONLY } = constants;

/**
 * Names an entry below `dir` and hands it to `use`. Each name is looked up in the folder that was opened before, and
 * no link is followed, so that whoever changes the tree meanwhile can never lead the walk out of it. A link at the
 * end is handed out as itself.
 */
export async function withEntry<Result>(
  dir: string | FileHandle,
  names: readonly string[],
  use: (entry: FileHandle) => Promise<Result>,
): Promise<Result> {
  const [name, ...rest] = names;
  if (typeof dir === 'string') {
    const root = await open(dir, O_PATH | O_DIRECTORY | O_NOFOLLOW);
    return await closing(root, (handle) => withEntry(handle, names, use));
  }
  if (name === undefined) return await use(dir);
  const folderFlag = rest.length === 0 ? 0 : O_DIRECTORY;
  const entry = await open(pathIn(dir, name), O_PATH | O_NOFOLLOW | folderFlag);
  return await closing(entry, (handle) => withEntry(handle, rest, use));
}

/** A path that means `name` in that very folder, wherever it is moved to; only its last part may be a link. */
export function pathIn(folder: FileHandle, name: string): string {
  return `${pathOf(folder)}/${name}`;
}

/** A path that means that very entry. The entry must not be a link. */
export function pathOf(entry: FileHandle): string {
  return `/proc/self/fd/${entry.fd}`;
}

/** Opens for reading what `entry` names, which must be a file or a folder. */
export function reopen(entry: FileHandle): Promise<FileHandle> {
  return open(pathOf(entry), O_RDONLY);
}

async function closing<Result>(
  handle: FileHandle,
  use: (handle: FileHandle) => Promise<Result>,
): Promise<Result> {
  try {
    return await use(handle);
  } finally {
    await handle.close();
  }
}
