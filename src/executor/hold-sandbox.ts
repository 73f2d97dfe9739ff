import { toIrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { SandboxProvider } from '../sandbox/sandbox.ts';
import type { LiveSandbox } from './live-sandboxes.ts';

export interface HoldParts {
  readonly provider: Pick<SandboxProvider, 'setTimeLeft'>;
  readonly logger: Logger;
}

export interface HoldTimes {
  /** What the run may need from now on. */
  readonly lifetimeMs: number;
  /** What is left when the last run has ended. */
  readonly idleMs: number;
}

/** An end that is nearer than this to the wished one is not worth a call. */
const EXTEND_TOLERANCE_MS = 30_000;
const SHORTEN_TOLERANCE_MS = 1_000;

/**
 * Keeps a sandbox alive for one run, and gives it its idle time when the last of its runs has ended.
 * The calls go out beside the run: a life time is never in the way of the output.
 */
export function holdSandbox(parts: HoldParts, live: LiveSandbox, times: HoldTimes): Disposable {
  live.runs += 1;
  const neededEndMs = Date.now() + times.lifetimeMs;
  if (neededEndMs - live.endAtMs >= EXTEND_TOLERANCE_MS) moveEnd(parts, live, neededEndMs);
  return {
    [Symbol.dispose]: () => {
      live.runs -= 1;
      const idleEndMs = Math.max(Date.now() + times.idleMs, live.keptUntilMs);
      if (live.runs === 0 && live.endAtMs - idleEndMs > SHORTEN_TOLERANCE_MS) moveEnd(parts, live, idleEndMs);
    },
  };
}

/** One call at a time for each sandbox, so that the last wish is the one that stays. */
function moveEnd({ provider, logger }: HoldParts, live: LiveSandbox, endAtMs: number): void {
  live.endAtMs = endAtMs;
  live.endMoved = live.endMoved.then(async () => {
    if (live.endAtMs !== endAtMs) return;
    try {
      await provider.setTimeLeft(live.sandbox.id, Math.max(endAtMs - Date.now(), 0));
    } catch (thrown) {
      logger('sandbox.set-time-failed', { id: live.sandbox.id, because: toIrisError(thrown).message });
    }
  });
}
