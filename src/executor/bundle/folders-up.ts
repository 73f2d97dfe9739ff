import { dirname } from 'node:path';

/** The folder itself and all that hold it, the nearest first. */
export function foldersUp(folder: string): string[] {
  const folders = [folder];
  let current = folder;
  for (;;) {
    const parent = dirname(current);
    if (parent === current) return folders;
    folders.push(parent);
    current = parent;
  }
}
