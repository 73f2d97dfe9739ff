import { ALL_TRAFFIC, type SandboxNetworkOpts, type SandboxNetworkUpdate } from '@e2b/code-interpreter';
import type { WayOut } from './sandbox.ts';

/** The network of a new sandbox: nobody reaches its ports without a token that iris does not hand out. */
export function networkOptions(way: WayOut): SandboxNetworkOpts {
  return { allowPublicTraffic: false, ...egressOf(way) };
}

/** The same for a sandbox that is there: who may come in was settled when it was made. */
export function networkUpdate(way: WayOut): SandboxNetworkUpdate {
  return { allowInternetAccess: way.allowInternetAccess, ...egressOf(way) };
}

/** A rule opens no way by itself, so its hosts are allowed besides; without the internet nothing else is. */
function egressOf({ allowInternetAccess, injected, reach = [] }: WayOut): SandboxNetworkUpdate {
  const byHost = injected?.byHost ?? {};
  const hosts = [...new Set([...Object.keys(byHost), ...reach])];
  if (hosts.length === 0) return {};
  const rules = Object.entries(byHost).map(
    ([host, headers]) => [host, [{ transform: { headers: { ...headers } } }]] as const,
  );
  return {
    allowOut: allowInternetAccess ? [...hosts, ALL_TRAFFIC] : hosts,
    denyOut: [ALL_TRAFFIC],
    ...(rules.length > 0 && { rules: Object.fromEntries(rules.map(([host, list]) => [host, [...list]])) }),
  };
}
