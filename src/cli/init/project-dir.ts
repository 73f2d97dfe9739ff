import { readdir, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { errnoOf, IrisError } from '../../core/errors.ts';

/** What may lie in a folder that is empty all the same. */
const HARMLESS = new Set(['.git', '.DS_Store', 'Thumbs.db']);

/** Whether a project can be made in a folder. Throws FILE_UNREADABLE where that cannot be found out. */
export async function isFree(dir: string): Promise<boolean> {
  return (await firstObstacle(dir)) === undefined;
}

/** Throws USAGE_INVALID where something lies in the folder, or where it is a file. */
export async function demandFree(dir: string, shown: string): Promise<void> {
  const obstacle = await firstObstacle(dir);
  if (obstacle === undefined) return;
  const message =
    obstacle === '' ? `${shown} is a file` : `${shown} is not empty: ${obstacle} lies in it, for example`;
  throw new IrisError('USAGE_INVALID', message, {
    hint: 'Nothing was written. Name a new folder: iris init <dir>',
  });
}

/** The name of a package that is called like its folder. */
export function packageNameFor(dir: string): string {
  const name = basename(resolve(dir))
    .toLowerCase()
    .replaceAll(/[^a-z0-9._~-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '')
    .slice(0, 100);
  return name === '' ? 'iris-project' : name;
}

/** Something that lies in the folder, the empty text for a file in its place; undefined where it is free. */
async function firstObstacle(dir: string): Promise<string | undefined> {
  try {
    if (!(await stat(dir)).isDirectory()) return '';
    return (await readdir(dir)).toSorted().find((name) => !HARMLESS.has(name));
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return undefined;
    throw new IrisError('FILE_UNREADABLE', `Cannot look into ${dir}: ${errnoOf(cause) ?? 'an error'}`, {
      hint: `Check its permissions: ls -ld ${dir}`,
      cause,
    });
  }
}
