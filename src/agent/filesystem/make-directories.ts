import { mkdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { errnoOf } from '../../core/errors.ts';
import { isMissing } from './errno-failure.ts';

/**
 * Makes an absolute directory with all its parents; one that is there is fine. Throws what the kernel said.
 * The `recursive` of Node's mkdir never returns under /proc, and tells a read-only place as one that is missing.
 */
export function makeDirectories(directory: string): void {
  const missing: string[] = [];
  let above = directory;
  while (above !== path.dirname(above) && !isDirectory(above)) {
    missing.push(above);
    above = path.dirname(above);
  }
  for (const each of missing.toReversed()) make(each);
}

/** False when there is nothing; a file on the way is found when the directory below it is made. */
function isDirectory(directory: string): boolean {
  try {
    return statSync(directory).isDirectory();
  } catch (cause) {
    if (isMissing(cause)) return false;
    throw cause;
  }
}

function make(directory: string): void {
  try {
    mkdirSync(directory);
  } catch (cause) {
    // Another request may have made it meanwhile.
    if (errnoOf(cause) !== 'EEXIST' || !isDirectory(directory)) throw cause;
  }
}
