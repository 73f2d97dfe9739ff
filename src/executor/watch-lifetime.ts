import { formatDuration } from '../core/duration.ts';
import { toIrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { SandboxProvider } from '../sandbox/sandbox.ts';
import type { LiveSandbox } from './live-sandboxes.ts';
import { LONGEST_LIFETIME_MS } from './sandbox-wish.ts';

export interface LifetimeParts {
  readonly provider: Pick<SandboxProvider, 'describe' | 'setTimeLeft'>;
  readonly logger: Logger;
}

export interface Warning {
  readonly text: string;
  readonly hint: string;
}

export interface LifetimeWatch extends Disposable {
  /** What there is to say since the last call. */
  take(): readonly Warning[];
}

/** A run that is over by then need not be asked about. */
const FIRST_LOOK_MS = 60_000;
/** How long before the end the sandbox is prolonged, or the end is told of. */
const NOTICE_MS = 5 * 60_000;
/** A gain that is smaller is none. */
const LEAST_GAIN_MS = 60_000;

/**
 * Keeps a sandbox alive while a long run is in it, as far as its provider lets it, and tells of the end before it comes.
 * `limitMs` is the run's own limit, 0 for none.
 */
export function watchLifetime(parts: LifetimeParts, live: LiveSandbox, limitMs: number): LifetimeWatch {
  const doneAtMs = limitMs === 0 ? Infinity : Date.now() + limitMs;
  const warnings: Warning[] = [];
  let timer: NodeJS.Timeout | undefined;
  let isOver = false;
  const later = (waitMs: number): void => {
    if (isOver) return;
    timer = setTimeout(() => void look().catch(fail), Math.max(waitMs, 0));
    timer.unref();
  };
  const fail = (thrown: unknown): void => {
    parts.logger('sandbox.lifetime-unknown', { id: live.sandbox.id, because: toIrisError(thrown).message });
    later(FIRST_LOOK_MS);
  };
  const look = async (): Promise<void> => {
    const endAtMs = await realEnd(parts, live);
    if (endAtMs >= doneAtMs || isOver) return;
    if (endAtMs - Date.now() > NOTICE_MS + LEAST_GAIN_MS) return later(endAtMs - Date.now() - NOTICE_MS);
    const gainedMs = (await prolong(parts, live, doneAtMs)) - endAtMs;
    if (gainedMs >= LEAST_GAIN_MS) return later(FIRST_LOOK_MS);
    warnings.push(endComes(live));
  };
  later(FIRST_LOOK_MS);
  return {
    take: () => warnings.splice(0),
    [Symbol.dispose]: () => {
      isOver = true;
      clearTimeout(timer);
    },
  };
}

/** A provider may have granted less than it was asked for, without a word. */
async function realEnd({ provider }: LifetimeParts, live: LiveSandbox): Promise<number> {
  const { endAtMs } = await provider.describe(live.sandbox.id);
  live.endAtMs = endAtMs;
  return endAtMs;
}

async function prolong(parts: LifetimeParts, live: LiveSandbox, doneAtMs: number): Promise<number> {
  const wishedMs = Math.min(doneAtMs - Date.now(), LONGEST_LIFETIME_MS);
  try {
    await parts.provider.setTimeLeft(live.sandbox.id, wishedMs);
  } catch (thrown) {
    // That nothing more is granted is seen by the end, which has not moved.
    parts.logger('sandbox.not-prolonged', { id: live.sandbox.id, because: toIrisError(thrown).message });
  }
  return await realEnd(parts, live);
}

function endComes({ sandbox, endAtMs }: LiveSandbox): Warning {
  const leftMs = Math.max(endAtMs - Date.now(), 0);
  return {
    text: `Sandbox ${sandbox.id} ends in ${formatDuration(Math.round(leftMs / 1000) * 1000)}, and the script with it`,
    hint: 'Its provider grants no more time. Save what is needed later, or split the work into shorter runs.',
  };
}
