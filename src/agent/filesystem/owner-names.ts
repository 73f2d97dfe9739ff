import { readFile } from 'node:fs/promises';

const MAX_FILE_CHARACTERS = 1024 * 1024;

/** The names of users and groups by their numbers. */
export interface OwnerNames {
  user(uid: bigint): string;
  group(gid: bigint): string;
}

/** Reads who is who; a number without a name stands for itself. */
export async function readOwnerNames(): Promise<OwnerNames> {
  const [users, groups] = await Promise.all([readNames('/etc/passwd'), readNames('/etc/group')]);
  return {
    user: (uid) => users.get(String(uid)) ?? String(uid),
    group: (gid) => groups.get(String(gid)) ?? String(gid),
  };
}

async function readNames(file: string): Promise<ReadonlyMap<string, string>> {
  const text = await readFile(file, 'utf8').catch(() => '');
  const names = new Map<string, string>();
  for (const line of text.slice(0, MAX_FILE_CHARACTERS).split('\n')) {
    const [name, , id] = line.split(':');
    if (name !== undefined && id !== undefined && !names.has(id)) names.set(id, name);
  }
  return names;
}
