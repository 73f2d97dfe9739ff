import { readdir, readFile, stat } from 'node:fs/promises';
import { setTimeout as delay } from 'node:timers/promises';
import { isRunning, sendSignal } from './send-signal.ts';

const GIVE_UP_MS = 5_000;
const POLL_MS = 5;

/** Ends what left the agent's process group: it still carries the sandbox's id in its environment, unless it hides. */
export async function killMarked(sandboxId: string): Promise<void> {
  for (const pid of await markedPids(sandboxId)) sendSignal(pid, 'SIGKILL');
}

/** The processes that carry the sandbox's id in their environment. */
export async function markedPids(sandboxId: string): Promise<readonly number[]> {
  const mark = Buffer.from(`E2B_SANDBOX_ID=${sandboxId}\0`);
  const marked = await Promise.all(
    (await livePids()).map(async (pid) => {
      const environment = await readFile(`/proc/${pid}/environ`).catch(() => undefined);
      return environment?.includes(mark) === true ? [pid] : [];
    }),
  );
  return marked.flat();
}

/** Ends every process of a uid that belongs to one sandbox alone. */
export async function killUid(uid: number): Promise<void> {
  const deadline = Date.now() + GIVE_UP_MS;
  while (Date.now() < deadline) {
    const pids = await pidsOf(uid);
    if (pids.length === 0) return;
    for (const pid of pids) sendSignal(pid, 'SIGKILL');
    await delay(POLL_MS);
  }
}

async function pidsOf(uid: number): Promise<readonly number[]> {
  const owners = await Promise.all(
    (await livePids()).map(async (pid) => {
      const owner = (await stat(`/proc/${pid}`).catch(() => undefined))?.uid;
      return owner === uid && isRunning(pid) ? [pid] : [];
    }),
  );
  return owners.flat();
}

async function livePids(): Promise<readonly number[]> {
  const names = await readdir('/proc').catch(() => []);
  return names.filter((name) => /^\d+$/.test(name)).map(Number);
}
