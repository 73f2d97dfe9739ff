import { randomBytes } from 'node:crypto';
import { chmod, readdir, rename, rmdir, unlink } from 'node:fs/promises';
import { IrisError, errnoOf } from '../../core/errors.ts';
import { pathIn, pathOf, withEntry } from './safe-walk.ts';

/** A sandbox that still has a folder open could refill it for ever. */
const MAX_ROUNDS = 100_000;
const CHANGED: ReadonlySet<string> = new Set(['ENOENT', 'ENOTDIR', 'EISDIR', 'ENOTEMPTY']);

/**
 * Deletes all that lies in `dir`, which no sandbox can reach by a path. Folders are lifted up into `dir` before they
 * are emptied, so that a tree of any depth takes neither handles nor stack.
 */
export async function emptyFolder(dir: string): Promise<void> {
  for (let round = 0; round < MAX_ROUNDS; round += 1) {
    const entries = await readdir(dir, { withFileTypes: true });
    if (entries.length === 0) return;
    for (const entry of entries) {
      await unlessChanged(() =>
        entry.isDirectory() ? flatten(dir, entry.name) : unlink(`${dir}/${entry.name}`),
      );
    }
  }
  throw new IrisError('INTERNAL', `Something keeps filling ${dir}`);
}

async function flatten(dir: string, name: string): Promise<void> {
  await withEntry(dir, [name], async (folder) => {
    await chmod(pathOf(folder), 0o700);
    for (const entry of await readdir(pathOf(folder), { withFileTypes: true })) {
      const path = pathIn(folder, entry.name);
      const target = `${dir}/${randomBytes(12).toString('hex')}`;
      await unlessChanged(() => (entry.isDirectory() ? lift(path, target) : unlink(path)));
    }
  });
  await rmdir(`${dir}/${name}`);
}

/** To move a folder one must be able to write in it, too. */
async function lift(path: string, target: string): Promise<void> {
  await withEntry(path, [], (folder) => chmod(pathOf(folder), 0o700));
  await rename(path, target);
}

/** What a sandbox has changed meanwhile is met again in the next round. */
async function unlessChanged(use: () => Promise<void>): Promise<void> {
  try {
    await use();
  } catch (error) {
    if (!CHANGED.has(errnoOf(error) ?? '')) throw error;
  }
}
