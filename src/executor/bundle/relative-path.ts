import { isAbsolute, sep } from 'node:path';

/** Tells whether a path relative to a directory leads out of it. */
export function isOutside(relativePath: string): boolean {
  return relativePath === '..' || relativePath.startsWith(`..${sep}`) || isAbsolute(relativePath);
}

/** Writes a path of this machine with slashes. */
export function toSlashes(path: string): string {
  return sep === '/' ? path : path.replaceAll(sep, '/');
}
