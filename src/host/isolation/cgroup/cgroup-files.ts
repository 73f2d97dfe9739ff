import { readFile, rmdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { errnoOf } from '../../../core/errors.ts';

const GIVE_UP_MS = 3_000;
const POLL_MS = 2;

/** Reads a file of a control group; one that is not there is empty. */
export async function readControl(folder: string, name: string): Promise<string> {
  return readFile(join(folder, name), 'utf8').catch(() => '');
}

/** Sets a file of a control group. */
export function writeControl(folder: string, name: string, value: string | number): Promise<void> {
  // Such files exist from the start: writing must never create one.
  return writeFile(join(folder, name), String(value), { flag: 'r+' });
}

/** Sums the named lines of a file of `name value` lines; undefined when there is none of them. */
export function sumLines(text: string, names: readonly string[]): number | undefined {
  const values = text.split('\n').flatMap((line) => {
    const [name = '', value] = line.split(' ');
    return names.includes(name) && value !== undefined ? [Number(value)] : [];
  });
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

/** Polls a file until it says what is waited for, or for three seconds. */
export async function awaitControl(folder: string, name: string, says: RegExp): Promise<void> {
  const deadline = Date.now() + GIVE_UP_MS;
  while (!says.test(await readControl(folder, name)) && Date.now() < deadline) await delay(POLL_MS);
}

/** Kills the processes of a group until the kernel lets the folder go. */
export async function removeGroup(folder: string): Promise<void> {
  const deadline = Date.now() + GIVE_UP_MS;
  while (Date.now() < deadline) {
    const outcome = await rmdir(folder).then(
      () => 'ENOENT',
      (error: unknown) => errnoOf(error),
    );
    if (outcome !== 'EBUSY' && outcome !== 'ENOTEMPTY') return;
    const pids = (await readControl(folder, 'cgroup.procs')).split('\n').map(Number);
    for (const pid of pids) if (pid > 0) kill(pid);
    await delay(POLL_MS);
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // Gone already.
  }
}
