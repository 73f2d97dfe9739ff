import { ConnectFailure } from '../../core/connect-failure.ts';
import { errnoOf } from '../../core/errors.ts';
import type { ProcessEnd } from '../../core/process-wire.ts';
import { signalStatus } from '../../core/signal-status.ts';

/** How a process ended, in the words of envd. */
export function toProcessEnd(code: number | null, signal: NodeJS.Signals | null): ProcessEnd {
  if (signal !== null) {
    const status = signalStatus(signal);
    return { exitCode: -1, exited: false, status, error: status };
  }
  const status = `exit status ${code ?? 0}`;
  return { exitCode: code ?? 0, exited: true, status, error: code === 0 ? undefined : status };
}

/** Signals a process, or a group by its negative id. False when there is nothing of that id. */
export function sendSignal(id: number, signal: NodeJS.Signals): boolean {
  try {
    return process.kill(id, signal);
  } catch (cause) {
    if (errnoOf(cause) === 'ESRCH') return false;
    throw new ConnectFailure('permission_denied', `cannot signal ${id}`, { cause });
  }
}
