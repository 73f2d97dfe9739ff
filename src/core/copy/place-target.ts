import { realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { atPath, CopyFailure, toCopyFailure } from './copy-failure.ts';
import type { CopyTarget } from './copy-wire.ts';

/** Where a tree is written: links are followed up to `base`, and never below it. */
export interface Place {
  readonly base: string;
  /** What the root of the tree is called there; empty when the root is `base` itself. */
  readonly below: string;
}

/**
 * As `cp` has it: into a folder that is there, or as what was named. A name that ends with a slash is a folder that is
 * made. Throws CopyFailure for a folder on a file, and for a file on a folder.
 */
export async function placeTarget(target: CopyTarget, kind: 'file' | 'directory'): Promise<Place> {
  const { path, isFolder, name } = target;
  const there = await kindAt(path);
  if (there === 'special') throw new CopyFailure('special', path);
  if (there === 'file' && (kind === 'directory' || isFolder)) throw new CopyFailure('not-directory', path);
  if (there === 'directory' || isFolder) {
    if (name !== undefined) return { base: path, below: name };
    if (kind === 'file') throw new CopyFailure('is-directory', path);
    return { base: path, below: '' };
  }
  if (kind === 'directory') return { base: path, below: '' };
  // A link that was named is the file that it leads to.
  const file = there === 'file' ? await atPath(path, () => realpath(path)) : join(path);
  return { base: dirname(file), below: basename(file) };
}

async function kindAt(path: string): Promise<'file' | 'directory' | 'special' | undefined> {
  try {
    const facts = await stat(path);
    if (facts.isDirectory()) return 'directory';
    return facts.isFile() ? 'file' : 'special';
  } catch (thrown) {
    const failure = toCopyFailure(thrown, path);
    if (failure.reason === 'missing') return undefined;
    throw failure;
  }
}
