import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rename, rm, rmdir, type FileHandle } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { IrisError } from '../../core/errors.ts';
import { describeEntry, type VolumeEntry } from './describe-entry.ts';
import { emptyFolder } from './empty-folder.ts';
import { applyAttributes, changeAttributes, type EntryAttributes } from './entry-attributes.ts';
import { pathIn, pathOf, reopen, withEntry } from './safe-walk.ts';
import { makeParents } from './volume-folders.ts';
import type { VolumeOwner } from './volume-owner.ts';
import type { Volume } from './volume-store.ts';

interface EntryOptions {
  readonly names: readonly string[];
  readonly owner: VolumeOwner;
}

/** Describes one entry; a link is described itself. */
export function showEntry(volume: Volume, { names, owner }: EntryOptions): Promise<VolumeEntry> {
  return withEntry(volume.dataDir, names.slice(0, -1), (folder) =>
    withEntry(folder, names.slice(-1), (entry) => describeEntry(entry, { names, folder, owner })),
  );
}

/** Changes owner and mode of one entry. */
export function changeEntry(
  volume: Volume,
  { names, owner, attributes }: EntryOptions & { readonly attributes: EntryAttributes },
): Promise<VolumeEntry> {
  return withEntry(volume.dataDir, names, async (entry) => {
    await changeAttributes(entry, attributes, owner);
    return await describeEntry(entry, { names, owner });
  });
}

/** Opens a regular file for reading and hands it out with its size. Throws USAGE_INVALID for anything else. */
export function readEntry(
  volume: Volume,
  names: readonly string[],
  use: (file: FileHandle, sizeBytes: number) => Promise<void>,
): Promise<void> {
  return withEntry(volume.dataDir, names, async (entry) => {
    const stats = await entry.stat();
    if (!stats.isFile()) throw new IrisError('USAGE_INVALID', 'That is not a regular file');
    const file = await reopen(entry);
    try {
      await use(file, stats.size);
    } finally {
      await file.close();
    }
  });
}

interface WriteOptions extends EntryOptions {
  readonly content: Readable;
  readonly force: boolean;
  readonly attributes: EntryAttributes;
}

/** Writes a whole file and puts it in its place at once: nobody ever sees half of it. */
export async function writeEntry(
  volume: Volume,
  { names, owner, content, force, attributes }: WriteOptions,
): Promise<VolumeEntry> {
  const name = names.at(-1);
  if (name === undefined) throw new IrisError('USAGE_INVALID', 'That is a directory');
  const parents = names.slice(0, -1);
  if (force) await makeParents(volume, parents, owner);
  return await withEntry(volume.dataDir, parents, async (folder) => {
    const staged = randomBytes(12).toString('hex');
    const file = join(volume.stageDir, staged);
    try {
      await pipeline(content, createWriteStream(file, { flags: 'wx', mode: 0o600 }));
      return await withEntry(volume.stageDir, [staged], async (entry) => {
        await applyAttributes(entry, { mode: 0o644, ...attributes }, owner);
        await rename(file, pathIn(folder, name));
        return await describeEntry(entry, { names, owner });
      });
    } finally {
      await rm(file, { force: true });
    }
  });
}

/** Removes a file, a link or a whole folder. It is gone from its place at once. */
export async function removeEntry(volume: Volume, names: readonly string[]): Promise<void> {
  const name = names.at(-1);
  if (name === undefined) throw new IrisError('USAGE_INVALID', 'The root of a volume cannot be removed');
  const grave = join(volume.stageDir, randomBytes(12).toString('hex'));
  await withEntry(volume.dataDir, names.slice(0, -1), async (folder) => {
    await withEntry(folder, [name], async (entry) => {
      if ((await entry.stat()).isDirectory()) await chmod(pathOf(entry), 0o700);
    });
    await mkdir(grave, 0o700);
    try {
      await rename(pathIn(folder, name), join(grave, 'removed'));
    } finally {
      await buryAll(grave);
    }
  });
}

async function buryAll(grave: string): Promise<void> {
  await emptyFolder(grave);
  await rmdir(grave);
}
