import { createHmac } from 'node:crypto';
import type { KnownSandbox } from './known-sandbox.ts';

/** What opens the ports of a sandbox's programs; undefined when they are open to all. The same before and after a pause. */
export function trafficTokenOf({
  accessToken,
  spec,
}: Pick<KnownSandbox, 'accessToken' | 'spec'>): string | undefined {
  if (spec.network.allowPublicTraffic) return undefined;
  return createHmac('sha256', accessToken).update('traffic').digest('hex');
}
