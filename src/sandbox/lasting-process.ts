import { formatDuration } from '../core/duration.ts';
import { IrisError, toIrisError } from '../core/errors.ts';
import { Backoff } from './backoff.ts';
import { endedInUse } from './http-request.ts';
import { connectProcess, type SandboxProcess } from './process-client.ts';
import { isUnknownProcess } from './process-refusal.ts';
import { passesLater, passesRepeatable, passesUndone, retrying } from './retry.ts';
import type { ProcessEvent, SandboxEndpoint } from './sandbox.ts';
import { mayHaveStarted, startOnce, type OnceSpec, type Place, type Started } from './start-once.ts';

/** What happens to a process, and to the connection that tells of it. */
export type LastingEvent =
  | ProcessEvent
  | { readonly type: 'disconnected'; readonly because: string }
  /** Output of the time between may be missing. */
  | { readonly type: 'reconnected'; readonly afterMs: number };

/**
 * Starts a process once, and follows it across broken connections. Throws as `startOnce`; its events throw SANDBOX_LOST
 * when the connection does not come back.
 */
export async function startLasting(
  { client, endpoint }: Place,
  spec: OnceSpec,
  signal: AbortSignal,
): Promise<SandboxProcess<LastingEvent>> {
  const place = { client, endpoint };
  const started = await startOnce(place, spec, signal);
  return follow(place, spec, started, signal);
}

function follow(
  place: Place,
  spec: OnceSpec,
  started: Started,
  signal: AbortSignal,
): SandboxProcess<LastingEvent> {
  let current = started.process;
  let isAbandoned = false;
  const events = async function* (): AsyncGenerator<LastingEvent, void> {
    if (started.unheardMs !== undefined) yield { type: 'reconnected', afterMs: started.unheardMs };
    for (;;) {
      const source = started.isRepeated ? unlessRefused(current, spec, place.endpoint) : current.events;
      const broken = yield* untilBroken(source, place.endpoint);
      if (broken === undefined) return;
      if (isAbandoned || signal.aborted) throw broken;
      const brokeAt = performance.now();
      current = yield* reconnect(place, spec, { signal, broken });
      yield { type: 'reconnected', afterMs: performance.now() - brokeAt };
    }
  };
  return {
    ...current,
    events: events(),
    signal: (name) => {
      const isRepeatable = name === 'SIGTERM' || name === 'SIGKILL';
      return retrying(() => current.signal(name), { passes: isRepeatable ? passesRepeatable : passesUndone });
    },
    abandon: () => {
      isAbandoned = true;
      current.abandon();
    },
  };
}

/** Gives what broke the stream, or undefined when it came to the end of the process. */
async function* untilBroken(
  events: AsyncIterable<ProcessEvent>,
  { sandboxId }: SandboxEndpoint,
): AsyncGenerator<ProcessEvent, IrisError | undefined> {
  try {
    for await (const event of events) {
      yield event;
      if (event.type === 'exited') return undefined;
    }
  } catch (thrown) {
    if (thrown instanceof IrisError && thrown.code === 'SANDBOX_LOST') return thrown;
    throw thrown;
  }
  return new IrisError('SANDBOX_LOST', `Sandbox ${sandboxId} ended before the script did`);
}

/** The guard of a second start says that the first one took place, though the sandbox had forgotten it. */
async function* unlessRefused(
  { events }: SandboxProcess,
  { refusal }: OnceSpec,
  endpoint: SandboxEndpoint,
): AsyncGenerator<ProcessEvent, void> {
  let isRefused = false;
  for await (const event of events) {
    if (event.type === 'stderr' && event.data.includes(refusal.text)) isRefused = true;
    else if (isRefused && event.type === 'exited' && event.exitCode === refusal.exitCode)
      throw mayHaveStarted(endpoint);
    else yield event;
  }
}

/** Without the words about the sandbox that its message begins with. */
function reasonOf({ cause, message }: IrisError): string {
  return cause instanceof Error ? cause.message : message;
}

interface Loss {
  readonly signal: AbortSignal;
  readonly broken: IrisError;
}

/** Most losses are over at once: only one that is not is told of while it lasts. */
async function* reconnect(
  { client, endpoint }: Place,
  { tag }: OnceSpec,
  { signal, broken }: Loss,
): AsyncGenerator<LastingEvent, SandboxProcess> {
  const { reconnectMs } = client.patience;
  const backoff = new Backoff({ limitMs: reconnectMs, signal });
  let isTold = false;
  for (;;) {
    try {
      return await connectProcess(client, endpoint, { tag }, signal);
    } catch (thrown) {
      const failure = toIrisError(thrown);
      if (signal.aborted) throw failure;
      if (failure.code === 'SANDBOX_NOT_FOUND') throw endedInUse(broken, endpoint);
      if (isUnknownProcess(failure)) throw endedUnseen(endpoint, broken);
      if (!passesLater(failure)) throw keptAway(endpoint, failure, reconnectMs);
      if (!isTold) yield { type: 'disconnected', because: reasonOf(failure) };
      isTold = true;
      if (!(await backoff.wait())) throw keptAway(endpoint, failure, reconnectMs);
    }
  }
}

function endedUnseen({ sandboxId }: SandboxEndpoint, cause: IrisError): IrisError {
  return new IrisError(
    'SANDBOX_LOST',
    `The script ended while the connection to sandbox ${sandboxId} was lost; how it ended is not known`,
    { hint: 'It was not started again. See what it has done before you run it again.', cause },
  );
}

function keptAway({ sandboxId }: SandboxEndpoint, cause: IrisError, reconnectMs: number): IrisError {
  return new IrisError(
    'SANDBOX_LOST',
    `The connection to sandbox ${sandboxId} did not come back within ${formatDuration(reconnectMs)}: ${cause.message}`,
    { hint: 'The script may run on there until the sandbox ends. Close it with: iris sandbox close', cause },
  );
}
