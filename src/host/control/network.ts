import { parseRange } from '../egress/ip-range.ts';
import { toNetworkPolicy, type NetworkPolicy } from '../egress/network-policy.ts';
import type { Reply } from '../http/reply.ts';
import { readJson } from '../http/read-json.ts';
import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import { openProxy } from '../sandboxes/open-proxy.ts';
import { MAX_BODY_BYTES, type ControlCall, type ControlContext } from './handler.ts';
import { networkBody, parseInput, type CreateBody } from './schemas.ts';

/** The network that a new sandbox is to have. Throws USAGE_INVALID. */
export function networkOf(context: ControlContext, body: CreateBody): NetworkPolicy {
  const wish = { ...body.network, allow_internet_access: internetOf(context, body) };
  return toNetworkPolicy(wish, isRange);
}

/** PUT /sandboxes/:id/network: replaces what a sandbox may reach; connections that are no longer allowed are cut. */
export async function updateNetwork(
  context: ControlContext,
  call: ControlCall,
  sandbox: LiveSandbox,
): Promise<Reply> {
  const body = parseInput(networkBody, await readJson(call.request, MAX_BODY_BYTES));
  // Who may come in is settled when a sandbox is created.
  const { allowPublicTraffic, maskRequestHost, httpsPorts } = sandbox.network;
  const kept = { allowPublicTraffic, maskRequestHost, httpsPorts };
  const wish = { ...body, ...kept, allow_internet_access: internetOf(context, body) };
  sandbox.setNetwork(toNetworkPolicy(wish, isRange));
  if (sandbox.hasProxy) await openProxy(sandbox, call.signal);
  return { status: 204 };
}

function internetOf(
  { hasInternetByDefault }: ControlContext,
  body: { readonly allow_internet_access?: boolean | null | undefined },
): boolean | undefined {
  return body.allow_internet_access ?? (hasInternetByDefault || undefined);
}

function isRange(text: string): boolean {
  return parseRange(text) !== undefined;
}
