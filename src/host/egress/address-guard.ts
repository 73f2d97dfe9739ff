import { lookup } from 'node:dns/promises';
import { IrisError } from '../../core/errors.ts';
import { normalName, type NetworkPolicy } from './network-policy.ts';
import { isInRange, isWithin, parseIp, parseRange, type IpAddress } from './ip-range.ts';
import { specialRangeOf } from './special-ranges.ts';

/** Finds the addresses of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

const MAX_NAME_LENGTH = 253;

/** The system's own resolver, hosts file included. */
export const systemResolve: Resolve = async (name) => {
  const found = await lookup(name, { all: true, verbatim: true });
  return found.map(({ address }) => address);
};

/**
 * The addresses that a program may connect to when it asks for `host`, looked up once: whoever connects takes one of
 * these and asks no second time, as the answer could be another one then.
 * Throws AUTH_REJECTED when the policy has none for it, FILE_NOT_FOUND when the name has none at all.
 */
export async function allowedAddresses(
  policy: NetworkPolicy,
  host: string,
  resolve: Resolve,
): Promise<readonly string[]> {
  const name = normalName(host.replace(/^\[(.*)\]$/, '$1'));
  const literal = parseIp(name);
  if (literal !== undefined) {
    if (isAllowed(policy, undefined, literal)) return [name];
    throw refused(name);
  }
  if (name === '' || name.length > MAX_NAME_LENGTH || /[^a-z0-9._-]/.test(name)) throw refused(host);
  const found = await resolve(name).catch((cause: unknown) => {
    throw new IrisError('FILE_NOT_FOUND', `Cannot resolve ${name}`, { cause });
  });
  const allowed = found.filter((address) => {
    const ip = parseIp(address);
    return ip !== undefined && isAllowed(policy, name, ip);
  });
  if (allowed.length === 0) throw refused(name);
  return allowed;
}

/** Tells whether a connection to `ip`, asked for as `name`, is within the policy. */
export function isAllowed(policy: NetworkPolicy, name: string | undefined, ip: IpAddress): boolean {
  const special = specialRangeOf(ip);
  const ranges = policy.allowOut
    .flatMap((entry) => parseRange(entry) ?? [])
    .filter((range) => isInRange(range, ip));
  // A special address must be meant: no name and no wider range opens it.
  if (special !== undefined) return ranges.some((range) => isWithin(special, range));
  if (ranges.length > 0 || (name !== undefined && matchesName(policy.allowOut, name))) return true;
  if (policy.denyOut.some((entry) => isInDenied(entry, ip))) return false;
  return policy.allowInternetAccess;
}

function isInDenied(entry: string, ip: IpAddress): boolean {
  const range = parseRange(entry);
  return range !== undefined && isInRange(range, ip);
}

function matchesName(entries: readonly string[], name: string): boolean {
  return entries.some((entry) => (entry.startsWith('*.') ? name.endsWith(entry.slice(1)) : entry === name));
}

function refused(host: string): IrisError {
  return new IrisError('AUTH_REJECTED', `The network policy of this sandbox does not allow ${host}`);
}
