import { setTimeout as delay } from 'node:timers/promises';
import { IrisError } from '../../../core/errors.ts';
import { isHalted, sendSignal } from './send-signal.ts';

/** Halts the processes of one sandbox and lets them go on. */
export interface Freezer {
  freeze(): Promise<void>;
  thaw(): Promise<void>;
}

const GIVE_UP_MS = 5_000;
const POLL_MS = 2;

/**
 * Freezes by signals where there is no control group. It looks again until nothing new runs, because a process may
 * have started another before it stood still; what stood still already is left alone afterwards, too.
 */
export function treeFreezer(listPids: () => Promise<readonly number[]>): Freezer {
  const stopped = new Set<number>();
  const thaw = (): Promise<void> => {
    for (const pid of stopped) sendSignal(pid, 'SIGCONT');
    stopped.clear();
    return Promise.resolve();
  };
  const freeze = async (): Promise<void> => {
    const deadline = Date.now() + GIVE_UP_MS;
    for (;;) {
      const running = (await listPids()).filter((pid) => !isHalted(pid));
      if (running.length === 0) return;
      if (Date.now() > deadline) break;
      for (const pid of running) {
        stopped.add(pid);
        sendSignal(pid, 'SIGSTOP');
      }
      await delay(POLL_MS);
    }
    await thaw();
    throw new IrisError('SANDBOX_UNAVAILABLE', 'The processes of the sandbox do not stand still');
  };
  return { freeze, thaw };
}
