import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rename, rm, rmdir } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const OWNER_NAME = /^(\d+)-(\d*)-[0-9a-f]{8}$/;

/** The folders of one host's sandboxes. Its name tells whose they are, so that others leave them alone. */
export interface StateFolder {
  readonly sandboxes: string;
  readonly snapshots: string;
  readonly templates: string;
}

/** Makes the folders of a host and takes over those of hosts that have died. */
export async function openStateFolder(stateDir: string): Promise<StateFolder> {
  const all = join(stateDir, 'sandboxes');
  const owner = `${process.pid}-${await startOf(process.pid)}-${randomBytes(4).toString('hex')}`;
  const folder: StateFolder = {
    sandboxes: join(all, owner),
    snapshots: join(stateDir, 'snapshots'),
    templates: join(stateDir, 'disks'),
  };
  for (const path of Object.values(folder)) await mkdir(path, { recursive: true, mode: 0o700 });
  for (const name of await readdir(all)) {
    if (await isAbandoned(name)) await takeOver(join(all, name), folder.sandboxes);
  }
  return folder;
}

/** Removes the folder of a host that leaves no sandboxes behind. */
export async function closeStateFolder({ sandboxes }: StateFolder): Promise<void> {
  await rmdir(sandboxes).catch(() => undefined);
}

/** Renaming is atomic: of two hosts that start at once, each sandbox goes to one. */
async function takeOver(from: string, to: string): Promise<void> {
  for (const name of await readdir(from).catch(() => []))
    await rename(join(from, name), join(to, name)).catch(() => undefined);
  await rmdir(from).catch(() => undefined);
}

async function isAbandoned(name: string): Promise<boolean> {
  const [, pid, start] = OWNER_NAME.exec(name) ?? [];
  if (pid === undefined || start === undefined) return false;
  if (start === '') return !isAlive(Number(pid));
  return (await startOf(Number(pid))) !== start;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/** When a process started, in ticks since boot; empty when there is none, or nobody tells. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may contain anything.
  const [state = '', ...fields] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  // One that has ended stays listed until its parent has noticed.
  return /[ZX]/.test(state) ? '' : (fields[18] ?? '');
}

/** Removes one sandbox's folder, whatever is in it; no link is followed. */
export async function removeFolder(folder: string): Promise<void> {
  const remove = (): Promise<void> => rm(folder, { recursive: true, force: true, maxRetries: 3 });
  await remove().catch(async () => {
    // A script may have closed folders to its own user, who is ours where we are not root.
    await promisify(execFile)('/bin/chmod', ['-R', 'u+rwX', '--', folder]).catch(() => undefined);
    await remove();
  });
}
