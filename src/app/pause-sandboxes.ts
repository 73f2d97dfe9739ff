import type { SandboxChange } from '../contract/sandbox-wire.ts';
import { IrisError } from '../core/errors.ts';
import type { FoundSandbox } from './find-sandbox.ts';

/** Pauses sandboxes that no run uses; one that is paused already stays so. Throws IRIS_CONFLICT before the first. */
export async function pauseSandboxes(found: readonly FoundSandbox[]): Promise<SandboxChange[]> {
  for (const one of found) await demandNoRun(one);
  return await Promise.all(
    found.map(async ({ backend, listing: { id }, name }) => {
      // What is remembered of it leads to processes that end now.
      await backend.executor.sandboxes.release(id);
      return { id, name, state: 'paused', isChanged: await backend.provider.pause(id) };
    }),
  );
}

/** Wakes paused sandboxes up, with this much time; one that runs stays as it is. */
export async function resumeSandboxes(
  found: readonly FoundSandbox[],
  timeLeftMs: number,
): Promise<SandboxChange[]> {
  return await Promise.all(
    found.map(async ({ backend, listing: { id, state }, name }) => {
      const isChanged = state === 'paused';
      if (isChanged) await backend.provider.connect(id, timeLeftMs);
      return { id, name, state: 'running', isChanged };
    }),
  );
}

/** Throws IRIS_CONFLICT where something runs. */
export async function demandNoRun({ backend, listing: { id }, name }: FoundSandbox): Promise<void> {
  const live = await backend.executor.sandboxes.find(id);
  if (live === undefined || live.runs === 0) return;
  throw new IrisError('IRIS_CONFLICT', `Sandbox ${name} (${id}) has ${live.runs} running now`, {
    hint: 'Wait for the end of what runs there, or stop it with Ctrl-C.',
  });
}
