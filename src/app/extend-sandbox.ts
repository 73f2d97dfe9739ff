import type { SandboxExtension } from '../contract/sandbox-wire.ts';
import { IrisError } from '../core/errors.ts';
import type { FoundSandbox } from './find-sandbox.ts';

/**
 * Gives a sandbox this much time from now, and keeps later runs from bringing its end nearer. A run that needs longer
 * still has it. Throws USAGE_INVALID where the provider does not grant so much.
 */
export async function extendSandbox(
  { backend, listing: { id, state }, name }: FoundSandbox,
  timeLeftMs: number,
): Promise<SandboxExtension> {
  if (state === 'paused') {
    throw new IrisError('IRIS_CONFLICT', `Sandbox ${name} (${id}) is paused, and its time stands still`, {
      hint: `Wake it up first: iris sandbox resume ${id}`,
    });
  }
  const wishedEndMs = Date.now() + timeLeftMs;
  const live = await backend.executor.sandboxes.find(id);
  const endAtMs = live === undefined || live.runs === 0 ? wishedEndMs : Math.max(wishedEndMs, live.endAtMs);
  await backend.provider.setTimeLeft(id, endAtMs - Date.now());
  if (live !== undefined) {
    live.endAtMs = endAtMs;
    live.keptUntilMs = wishedEndMs;
  }
  const granted = await backend.provider.describe(id);
  return {
    id,
    name,
    timeLeftMs: Math.max(0, granted.endAtMs - Date.now()),
    endAt: new Date(granted.endAtMs).toISOString(),
  };
}
