import { formatDuration } from '../core/duration.ts';
import { IrisError } from '../core/errors.ts';
import type { SandboxProcess } from '../sandbox/process-client.ts';
import type { SignalName } from '../core/signal-name.ts';
import type { RunIo } from './run-request.ts';

export interface Supervision extends Disposable {
  /** Throws when it was iris that ended the process: RUN_TIMED_OUT or CANCELLED. */
  throwIfStopped(): void;
  /** The process has ended by itself or by our hand: nothing more is sent to it. */
  markExited(): void;
}

/** How long a script may clean up after SIGTERM before it is killed. */
const GRACE_MS = 2_000;

/** Feeds standard input and signals to a process, and stops it at its deadline or when nobody waits for it. */
export function superviseProcess(process: SandboxProcess, io: RunIo, timeoutMs: number): Supervision {
  const timers = new Set<NodeJS.Timeout>();
  let stopped: IrisError | undefined;
  let isDone = false;

  const send = (name: SignalName): void => {
    // A process that is gone needs no signal, and its end is reported by its events.
    if (!isDone) void process.signal(name).catch(() => undefined);
  };
  const stop = (reason: IrisError): void => {
    if (stopped !== undefined || isDone) return;
    stopped = reason;
    send('SIGTERM');
    timers.add(setTimeout(() => send('SIGKILL'), GRACE_MS));
  };
  const cancel = (): void => stop(new IrisError('CANCELLED', 'The run was cancelled'));

  io.signal.addEventListener('abort', cancel, { once: true });
  if (timeoutMs > 0) timers.add(setTimeout(() => stop(timedOut(timeoutMs)), timeoutMs));
  io.onSignal(send);
  if (io.stdin !== undefined) void pumpStdin(process, io.stdin, () => isDone);

  return {
    throwIfStopped: () => {
      if (stopped !== undefined) throw stopped;
    },
    markExited: () => {
      isDone = true;
    },
    [Symbol.dispose]: () => {
      // Left early by the consumer: the process must not outlive its owner.
      if (!isDone) send('SIGKILL');
      isDone = true;
      io.signal.removeEventListener('abort', cancel);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

function timedOut(timeoutMs: number): IrisError {
  return new IrisError('RUN_TIMED_OUT', `The script was stopped after ${formatDuration(timeoutMs)}`, {
    hint: 'Give it more time with --timeout 30m, or --timeout 0 for no limit.',
  });
}

/** One chunk in flight at a time keeps the order; a script that ended or closed its input ends the pump. */
async function pumpStdin(
  process: SandboxProcess,
  stdin: AsyncIterable<Buffer>,
  isDone: () => boolean,
): Promise<void> {
  try {
    for await (const chunk of stdin) {
      if (isDone()) return;
      await process.sendStdin(chunk);
    }
    if (!isDone()) await process.closeStdin();
  } catch {
    // The script no longer reads; what it wrote and how it ended comes with its events.
  }
}
