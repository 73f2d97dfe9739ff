import { mkdir, readdir, type FileHandle } from 'node:fs/promises';
import { errnoOf, IrisError } from '../../core/errors.ts';
import { describeEntry, type VolumeEntry } from './describe-entry.ts';
import { pathIn, pathOf, withEntry } from './safe-walk.ts';
import { applyAttributes, type EntryAttributes } from './entry-attributes.ts';
import type { VolumeOwner } from './volume-owner.ts';
import type { Volume } from './volume-store.ts';

const MAX_ENTRIES = 10_000;

/** Lists a folder and, down to `depth`, the folders in it. Links are listed, never followed. */
export async function listFolder(
  volume: Volume,
  { names, depth, owner }: { names: readonly string[]; depth: number; owner: VolumeOwner },
): Promise<VolumeEntry[]> {
  const found: VolumeEntry[] = [];
  const list = async (folder: FileHandle, above: readonly string[], left: number): Promise<void> => {
    for (const name of (await readdir(pathOf(folder))).toSorted()) {
      if (found.length >= MAX_ENTRIES)
        throw new IrisError(
          'USAGE_INVALID',
          `There are over ${MAX_ENTRIES} entries; ask for a smaller depth`,
        );
      await whileThere(() =>
        withEntry(folder, [name], async (entry) => {
          const described = await describeEntry(entry, { names: [...above, name], folder, owner });
          found.push(described);
          if (described.type === 'directory' && left > 1) await list(entry, [...above, name], left - 1);
        }),
      );
    }
  };
  await withEntry(volume.dataDir, names, async (folder) => {
    if (!(await folder.stat()).isDirectory()) throw new IrisError('USAGE_INVALID', 'That is not a directory');
    await list(folder, names, depth);
  });
  return found;
}

/** Makes a folder; with `force` also those above it, and one that is there already is fine. */
export async function makeFolder(
  volume: Volume,
  { names, force, owner, attributes }: MakeFolderOptions,
): Promise<VolumeEntry | undefined> {
  const parents = names.slice(0, -1);
  if (force) await makeParents(volume, parents, owner);
  return await withEntry(volume.dataDir, parents, async (folder) => {
    const isNew = await makeIn(folder, names.at(-1) ?? '.');
    if (!isNew && !force) return undefined;
    return await withEntry(folder, names.slice(-1), async (entry) => {
      if (!(await entry.stat()).isDirectory()) return undefined;
      if (isNew) await applyAttributes(entry, { mode: 0o755, ...attributes }, owner);
      return await describeEntry(entry, { names, folder, owner });
    });
  });
}

interface MakeFolderOptions {
  readonly names: readonly string[];
  readonly force: boolean;
  readonly owner: VolumeOwner;
  readonly attributes: EntryAttributes;
}

/** Makes every folder on the way that is missing. */
export async function makeParents(
  volume: Volume,
  names: readonly string[],
  owner: VolumeOwner,
): Promise<void> {
  for (let length = 1; length <= names.length; length += 1) {
    await withEntry(volume.dataDir, names.slice(0, length - 1), async (folder) => {
      const name = names[length - 1] ?? '.';
      if (!(await makeIn(folder, name))) return;
      await withEntry(folder, [name], (entry) => applyAttributes(entry, { mode: 0o755 }, owner));
    });
  }
}

/** False when something of that name is there. */
async function makeIn(folder: FileHandle, name: string): Promise<boolean> {
  try {
    await mkdir(pathIn(folder, name), 0o700);
    return true;
  } catch (error) {
    if (errnoOf(error) === 'EEXIST') return false;
    throw error;
  }
}

/** A folder's content changes while it is listed. */
async function whileThere(use: () => Promise<void>): Promise<void> {
  try {
    await use();
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error;
  }
}
