import type { CreateBody } from './schemas.ts';

/** Names what a client asked for and this host cannot give, in one sentence; undefined when all is well. */
export function unsupportedFeature(body: CreateBody): string | undefined {
  if (body.allow_internet_access === true)
    return 'The embedded host has no network yet (allow_internet_access)';
  if (body.autoPause === true) return 'The embedded host cannot pause sandboxes (autoPause)';
  if (body.autoResume?.enabled === true) return 'The embedded host cannot resume sandboxes (autoResume)';
  if (body.mcp !== undefined && body.mcp !== null) return 'The embedded host has no MCP gateway (mcp)';
  if (body.iam !== undefined && body.iam !== null) return 'The embedded host has no identities (iam)';
  const option = unsupportedNetworkOption(body.network ?? {});
  return option && `The embedded host has no network yet (network.${option})`;
}

/** Denying more than the nothing that is allowed changes nothing, so `denyOut` is fine. */
function unsupportedNetworkOption(network: Readonly<Record<string, unknown>>): string | undefined {
  return Object.keys(network).find((name) => {
    const value = network[name];
    if (name === 'denyOut' || value === undefined || value === null) return false;
    if (name === 'allowPublicTraffic') return value === false;
    return !(Array.isArray(value) && value.length === 0);
  });
}
