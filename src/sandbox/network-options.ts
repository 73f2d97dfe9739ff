import type { SandboxNetworkOpts } from '@e2b/code-interpreter';

/** The network that a new sandbox is to have: nobody reaches its ports without a token that iris does not hand out. */
export function networkOptions(): SandboxNetworkOpts {
  return { allowPublicTraffic: false };
}
