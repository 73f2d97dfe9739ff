import type { RunEvent, SandboxRef } from '../../contract/run-event.ts';
import type { KeyedEnv } from './key-ring.ts';

/** Where a run's key comes from, where no variable says it. */
export function keyEvents({ keptIn }: KeyedEnv, provider: SandboxRef['provider']): readonly RunEvent[] {
  const place = provider === 'e2b' ? keptIn.get('E2B_API_KEY') : undefined;
  if (place === undefined) return [];
  return [{ type: 'phase', phase: 'plan', text: `E2B_API_KEY from the ${place} of iris auth login` }];
}
