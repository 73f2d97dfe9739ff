import { formatDuration } from '../core/duration.ts';
import { IrisError, toIrisError } from '../core/errors.ts';
import type { SandboxProcess } from '../sandbox/process-client.ts';
import { isRefusal } from '../sandbox/process-refusal.ts';
import { passesUndone, retrying } from '../sandbox/retry.ts';
import type { SignalName } from '../core/signal-name.ts';
import type { RunIo } from './run-request.ts';

export interface Supervision<Event> extends Disposable {
  /**
   * Those of the process. Throws RUN_TIMED_OUT or CANCELLED where iris ended it, and SANDBOX_LOST where its input broke
   * off.
   */
  readonly events: AsyncIterable<Event>;
}

/** How long a script may clean up after SIGTERM before it is killed. */
const GRACE_MS = 2_000;
/** How long the end of a killed script is waited for. */
const ABANDON_MS = 5_000;
/** How long the events of a process may take to tell of the end of its sandbox. */
const TELLING_MS = 1_000;

/** Feeds standard input and signals to a process, and stops it at its deadline or when nobody waits for it. */
export function superviseProcess<Event extends { readonly type: string }>(
  process: SandboxProcess<Event>,
  io: Pick<RunIo, 'stdin' | 'onSignal' | 'signal'>,
  timeoutMs: number,
): Supervision<Event> {
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
    timers.add(setTimeout(() => process.abandon(), GRACE_MS + ABANDON_MS));
  };
  const cancel = (): void => stop(reasonOf(io.signal));

  io.signal.addEventListener('abort', cancel, { once: true });
  if (timeoutMs > 0) timers.add(setTimeout(() => stop(timedOut(timeoutMs)), timeoutMs));
  io.onSignal(send);
  if (io.stdin !== undefined)
    void pumpStdin(process, io.stdin, () => isDone).catch((thrown: unknown) => stop(toIrisError(thrown)));

  const events = async function* (): AsyncGenerator<Event, void> {
    try {
      for await (const event of process.events) {
        isDone ||= event.type === 'exited';
        if (isDone && stopped !== undefined) break;
        yield event;
      }
    } catch (thrown) {
      throw stopped ?? thrown;
    }
    if (stopped !== undefined) throw stopped;
  };
  return {
    events: events(),
    [Symbol.dispose]: () => {
      // Left early by the consumer: the process must not outlive its owner.
      if (!isDone) send('SIGKILL');
      isDone = true;
      io.signal.removeEventListener('abort', cancel);
      for (const timer of timers) clearTimeout(timer);
    },
  };
}

/** Whoever ends a run may say why. */
function reasonOf({ reason }: AbortSignal): IrisError {
  return reason instanceof IrisError && reason.code === 'CANCELLED'
    ? reason
    : new IrisError('CANCELLED', 'The run was cancelled');
}

function timedOut(timeoutMs: number): IrisError {
  return new IrisError('RUN_TIMED_OUT', `The script was stopped after ${formatDuration(timeoutMs)}`, {
    hint: 'Give it more time with --timeout 30m, or --timeout 0 for no limit.',
  });
}

/** One chunk in flight at a time keeps the order; a script that ended or closed its input ends the pump. */
async function pumpStdin(
  process: Pick<SandboxProcess, 'sendStdin' | 'closeStdin'>,
  stdin: AsyncIterable<Buffer>,
  isDone: () => boolean,
): Promise<void> {
  try {
    for await (const chunk of stdin) {
      if (isDone()) return;
      await retrying(() => process.sendStdin(chunk), { passes: passesUndone });
    }
    if (!isDone()) await retrying(() => process.closeStdin(), { passes: passesUndone });
  } catch (thrown) {
    const failure = toIrisError(thrown);
    // Refused, because the script no longer reads: what it wrote and how it ended comes with its events.
    if (isRefusal(failure) || failure.code === 'SANDBOX_NOT_FOUND') return;
    // The events of a sandbox that has ended tell of it themselves.
    await new Promise((resolve) => setTimeout(resolve, TELLING_MS));
    if (!isDone()) throw inputBroke(failure);
  }
}

/** Whether the last piece arrived nobody knows, and sending it twice would be as bad as leaving it out. */
function inputBroke(cause: IrisError): IrisError {
  return new IrisError(
    'SANDBOX_LOST',
    `The connection broke while the script read its input: ${cause.message}`,
    {
      hint: 'The script was stopped, for part of its standard input may be missing.',
      cause,
    },
  );
}
