import { IrisError, toIrisError } from '../core/errors.ts';
import { Backoff } from './backoff.ts';
import type { HttpClient } from './http-request.ts';
import { connectProcess, startProcess, type SandboxProcess } from './process-client.ts';
import { isUnknownProcess } from './process-refusal.ts';
import { passesLater, passesUndone, retrying } from './retry.ts';
import type { ProcessSpec, SandboxEndpoint } from './sandbox.ts';

/** A process whose start does nothing when it was started before under the same tag. */
export interface OnceSpec extends ProcessSpec {
  readonly tag: string;
  /** What a second start writes to its standard error, before it ends with this exit code. */
  readonly refusal: { readonly text: string; readonly exitCode: number };
}

export interface Place {
  readonly client: HttpClient;
  readonly endpoint: SandboxEndpoint;
}

export interface Started {
  readonly process: SandboxProcess;
  /** Whether an attempt before may have started it, too. */
  readonly isRepeated: boolean;
  /** For one that was found running: how long it may have run unheard. */
  readonly unheardMs?: number;
}

/**
 * Starts a process once: what nobody knows to be started is looked for by its tag, and what the sandbox does not know is
 * started again, which its own guard keeps from happening twice. Throws SANDBOX_LOST when it may have been started and
 * cannot be followed, and else as `startProcess` does.
 */
export async function startOnce(place: Place, spec: OnceSpec, signal: AbortSignal): Promise<Started> {
  const { client, endpoint } = place;
  const backoff = new Backoff({ limitMs: client.patience.reconnectMs / 2, signal });
  const startedAt = performance.now();
  let doubt: IrisError | undefined;
  for (;;) {
    try {
      const start = (): Promise<SandboxProcess> => startProcess(client, endpoint, spec, signal);
      return {
        process: await retrying(start, { signal, passes: passesUndone }),
        isRepeated: doubt !== undefined,
      };
    } catch (thrown) {
      const failure = toIrisError(thrown);
      if (signal.aborted) throw failure;
      if (failure.code === 'SANDBOX_LOST') doubt ??= failure;
      if (doubt === undefined) throw failure;
      if (!passesLater(failure) || !(await backoff.wait())) throw mayHaveStarted(endpoint, doubt);
    }
    const process = await findStarted(place, spec, { signal, backoff, doubt });
    if (process !== undefined) return { process, isRepeated: true, unheardMs: performance.now() - startedAt };
  }
}

interface Search {
  readonly signal: AbortSignal;
  readonly backoff: Backoff;
  readonly doubt: IrisError;
}

/** Undefined when the sandbox answers that it knows of no such process. */
async function findStarted(
  { client, endpoint }: Place,
  { tag }: OnceSpec,
  { signal, backoff, doubt }: Search,
): Promise<SandboxProcess | undefined> {
  for (;;) {
    try {
      return await connectProcess(client, endpoint, { tag }, signal);
    } catch (thrown) {
      const failure = toIrisError(thrown);
      if (signal.aborted) throw failure;
      if (isUnknownProcess(failure)) return undefined;
      if (!passesLater(failure) || !(await backoff.wait())) throw mayHaveStarted(endpoint, doubt);
    }
  }
}

/** The error of a start that nobody knows the outcome of. */
export function mayHaveStarted({ sandboxId }: SandboxEndpoint, cause?: IrisError): IrisError {
  return new IrisError(
    'SANDBOX_LOST',
    `The connection to sandbox ${sandboxId} broke while the script was being started; it may have run`,
    { hint: 'It was not started again. See what it has done before you run it again.', cause },
  );
}
