import { SandboxError } from '@e2b/code-interpreter';
import { toIrisError, type IrisError } from '../core/errors.ts';
import { Backoff } from './backoff.ts';
import { hasMetadata } from './has-metadata.ts';
import { outcomeOf } from './map-e2b-error.ts';
import { retrying } from './retry.ts';
import type { CreatedSandbox, CreateOptions, SandboxListing } from './sandbox.ts';

export interface ControlCalls {
  create(options: CreateOptions): Promise<CreatedSandbox>;
  /** Those whose metadata has all of this. */
  list(metadata: CreateOptions['metadata']): Promise<SandboxListing[]>;
  connect(id: string, timeoutMs: number): Promise<CreatedSandbox>;
  kill(id: string): Promise<unknown>;
}

/** How long attempts go on after the first one that is in doubt. */
const LIMIT_MS = 20_000;
/** What is being made is not listed yet. */
const FIRST_LOOK_MS = 1_000;
/** When a request that was held up on its way has arrived, or never will. */
const SWEEP_MS = 10_000;

/**
 * Creates one sandbox whatever the network does: after a request that nobody answered it looks whether there is a
 * sandbox with this metadata, which must name it alone, before it asks again; a second one that turns up later is
 * ended. A host that does not grant the life time is asked for as much as it grants.
 */
export async function createOnce(calls: ControlCalls, wished: CreateOptions): Promise<CreatedSandbox> {
  const backoff = new Backoff({ limitMs: LIMIT_MS, firstMs: FIRST_LOOK_MS, signal: wished.signal });
  let options = wished;
  let isRepeated = false;
  for (;;) {
    try {
      const create = (): Promise<CreatedSandbox> => calls.create(options);
      const passes = (failure: IrisError): boolean => outcomeOf(failure) === 'undone';
      const created = await retrying(create, { passes, signal: options.signal });
      if (isRepeated) endOthersLater(calls, options.metadata, created.id);
      return created;
    } catch (thrown) {
      const failure = toIrisError(thrown);
      const grantedMs = grantedMsOf(failure);
      if (grantedMs !== undefined && grantedMs < options.timeoutMs) {
        options = { ...options, timeoutMs: grantedMs };
        continue;
      }
      if (outcomeOf(failure) !== 'in doubt' || !(await backoff.wait())) throw failure;
    }
    const made = await findMade(calls, options);
    if (made !== undefined) return made;
    isRepeated = true;
  }
}

/** Gives access to a sandbox for as long as is wished, or as the host grants. */
export async function connectGranted(
  calls: Pick<ControlCalls, 'connect'>,
  id: string,
  timeoutMs: number,
): Promise<CreatedSandbox> {
  try {
    return await calls.connect(id, timeoutMs);
  } catch (thrown) {
    const grantedMs = grantedMsOf(toIrisError(thrown));
    if (grantedMs === undefined || grantedMs >= timeoutMs) throw thrown;
    return await calls.connect(id, grantedMs);
  }
}

async function findMade(calls: ControlCalls, options: CreateOptions): Promise<CreatedSandbox | undefined> {
  const { metadata, timeoutMs, signal } = options;
  const look = async (): Promise<CreatedSandbox | undefined> => {
    const [made] = await listAlike(calls, metadata);
    return made && (await connectGranted(calls, made.id, timeoutMs));
  };
  return await retrying(look, { passes: (failure) => outcomeOf(failure) !== 'refused', signal });
}

function endOthersLater(calls: ControlCalls, metadata: CreateOptions['metadata'], id: string): void {
  const sweep = async (): Promise<void> => {
    const others = (await listAlike(calls, metadata)).filter((listing) => listing.id !== id);
    await Promise.all(others.map((other) => calls.kill(other.id)));
  };
  // What it does not reach ends by itself, and `iris sandbox gc` finds it before.
  setTimeout(() => void sweep().catch(() => undefined), SWEEP_MS).unref();
}

/** Those that were made by the same wish; a wish without metadata tells none from others. */
async function listAlike(
  calls: ControlCalls,
  metadata: CreateOptions['metadata'],
): Promise<SandboxListing[]> {
  if (Object.keys(metadata).length === 0) return [];
  return (await calls.list(metadata)).filter((listing) => hasMetadata(listing, metadata));
}

const LIFETIME_REFUSED = /timeout cannot be greater than (\d+) hours?/i;

/** The longest life time that the host grants, when it says that the wished one is too long. */
function grantedMsOf({ cause }: IrisError): number | undefined {
  if (!(cause instanceof SandboxError) || cause.statusCode !== 400) return undefined;
  const hours = LIFETIME_REFUSED.exec(cause.message)?.[1];
  return hours === undefined ? undefined : Number(hours) * 3_600_000;
}
