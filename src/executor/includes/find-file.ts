import { realpath, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { errnoOf, IrisError } from '../../core/errors.ts';
import { isOutside } from '../bundle/relative-path.ts';
import { outside } from './outside.ts';

/** A file that exists, with the stamp that tells whether it changed. */
export interface FoundFile {
  /** Relative to the local directory, for people. */
  readonly name: string;
  readonly localFile: string;
  readonly bytes: number;
  readonly changedMs: number;
  readonly stamp: string;
}

/** Looks a file up. Throws USAGE_INVALID when it leads out of `root`, which is the real path of `localDir`. */
export async function findFile(name: string, localDir: string, root: string): Promise<FoundFile> {
  const localFile = join(localDir, name);
  try {
    const target = await realpath(localFile);
    if (isOutside(relative(root, target))) throw outside(`${name}, a link to ${target}`, localDir);
    const stats = await stat(target, { bigint: true });
    if (!stats.isFile()) throw unreadable(name, 'it is no regular file');
    return {
      name,
      localFile,
      bytes: Number(stats.size),
      changedMs: Number(stats.mtimeMs),
      stamp: `${stats.mtimeNs}:${stats.size}:${stats.ino}`,
    };
  } catch (thrown) {
    if (thrown instanceof IrisError) throw thrown;
    throw unreadable(name, reasonOf(thrown), thrown);
  }
}

/** What is said of a file that is there but cannot be read. */
export function unreadable(name: string, reason: string, cause?: unknown): IrisError {
  return new IrisError('FILE_UNREADABLE', `Cannot read ${name}: ${reason}`, {
    hint: 'Check it with: ls -l, or leave it out of --include.',
    cause,
  });
}

/** An errno in words. */
export function reasonOf(thrown: unknown): string {
  const errno = errnoOf(thrown);
  if (errno === 'ENOENT') return 'it is gone, or a link to nothing';
  if (errno === 'EACCES' || errno === 'EPERM') return 'permission denied';
  if (errno === 'ELOOP') return 'it is a link to itself';
  return thrown instanceof Error ? thrown.message : String(thrown);
}
