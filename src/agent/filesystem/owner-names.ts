import { readFileSync } from 'node:fs';

const MAX_FILE_CHARACTERS = 1024 * 1024;

/** The names of users and groups by their numbers. */
export interface OwnerNames {
  user(uid: bigint): string;
  group(gid: bigint): string;
}

/**
 * Reads who is who; a number without a name stands for itself. These files are small and always in memory: a way
 * through the thread pool would take longer than the reading.
 */
export function readOwnerNames(): OwnerNames {
  const users = readNames('/etc/passwd');
  const groups = readNames('/etc/group');
  return {
    user: (uid) => users.get(String(uid)) ?? String(uid),
    group: (gid) => groups.get(String(gid)) ?? String(gid),
  };
}

function readNames(file: string): ReadonlyMap<string, string> {
  const text = readText(file);
  const names = new Map<string, string>();
  for (const line of text.slice(0, MAX_FILE_CHARACTERS).split('\n')) {
    const [name, , id] = line.split(':');
    if (name !== undefined && id !== undefined && !names.has(id)) names.set(id, name);
  }
  return names;
}

function readText(file: string): string {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return '';
  }
}
