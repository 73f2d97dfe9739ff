import path from 'node:path';

/** A path as the kernel has it: names need not be UTF-8. */
export type BytePath = Buffer;

const SLASH = Buffer.from('/');

export function joinBytes(directory: BytePath, name: Buffer): BytePath {
  const isRoot = directory.length === 1 && directory.equals(SLASH);
  return Buffer.concat(isRoot ? [directory, name] : [directory, SLASH, name]);
}

/** The last part of a path; bytes that are no UTF-8 show as U+FFFD. */
export function nameOf(file: BytePath): string {
  return path.posix.basename(file.toString()) || '/';
}
