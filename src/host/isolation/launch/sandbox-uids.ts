import { randomInt } from 'node:crypto';
import { readdir, stat } from 'node:fs/promises';
import { IrisError } from '../../../core/errors.ts';

const FIRST_UID = 210_000;
const UID_COUNT = 20_000;
/**
 * Files of volumes belong to the uids from here on, above those of sandboxes. A sandbox with volumes runs as the one
 * that its own user has in this range: all that share a volume must own it alike.
 */
export const VOLUME_UID_BASE = 230_000;
const MAX_TRIES = 64;

/** Hands out one host uid per sandbox to a root daemon, so that no two sandboxes share limits or signals. */
export interface SandboxUids {
  take(): Promise<number>;
  release(uid: number): void;
}

/** Opens a pool of uids; `listUids` names the uids of the processes that live now. */
export function openSandboxUids(listUids: () => Promise<ReadonlySet<number>> = liveUids): SandboxUids {
  const taken = new Set<number>();
  return {
    async take() {
      const live = await listUids();
      // Random, because two daemons that count up from the same number would meet.
      for (let attempt = 0; attempt < MAX_TRIES; attempt += 1) {
        const uid = FIRST_UID + randomInt(UID_COUNT);
        if (taken.has(uid) || live.has(uid)) continue;
        taken.add(uid);
        return uid;
      }
      throw new IrisError(
        'SANDBOX_UNAVAILABLE',
        `No free uid from ${FIRST_UID} to ${FIRST_UID + UID_COUNT - 1}`,
        {
          hint: 'Stop sandboxes that are no longer needed: iris sandbox list',
        },
      );
    },
    release: (uid) => void taken.delete(uid),
  };
}

async function liveUids(): Promise<ReadonlySet<number>> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/.test(name));
  const uids = await Promise.all(
    pids.map(async (pid) => (await stat(`/proc/${pid}`).catch(() => undefined))?.uid),
  );
  return new Set(uids.filter((uid) => uid !== undefined));
}
