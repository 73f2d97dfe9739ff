import { IrisError } from '../../core/errors.ts';

/** What a sandbox may reach, who may reach it, and how it sees them. */
export interface NetworkPolicy {
  /** Whether it may reach what no list names. */
  readonly allowInternetAccess: boolean;
  /** Names, `*.names`, addresses and CIDR ranges; they win over `denyOut`. */
  readonly allowOut: readonly string[];
  /** Addresses and CIDR ranges. */
  readonly denyOut: readonly string[];
  /** False: the ports of its programs ask for the traffic token. */
  readonly allowPublicTraffic: boolean;
  /** The Host header that its programs see; `${PORT}` in it stands for their port. */
  readonly maskRequestHost?: string | undefined;
  /** Ports whose programs speak TLS themselves. */
  readonly httpsPorts?: readonly number[] | undefined;
}

/** The part of a request that is about the network, as E2B's clients send it. */
export interface NetworkWish {
  readonly allow_internet_access?: boolean | null | undefined;
  readonly allowOut?: readonly string[] | null | undefined;
  readonly denyOut?: readonly string[] | null | undefined;
  readonly allowPublicTraffic?: boolean | null | undefined;
  readonly maskRequestHost?: string | null | undefined;
  readonly httpsPorts?: readonly number[] | null | undefined;
}

const ALL_TRAFFIC: ReadonlySet<string> = new Set(['0.0.0.0/0', '::/0']);
const ADDRESS = /^[0-9a-f.:]+(?:\/\d{1,3})?$/;
const NAME =
  /^(?:\*\.)?(?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)*[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?$/;

/**
 * Settles the network of a sandbox. Unlike E2B's cloud this host gives no way out unless it is asked for.
 * Throws USAGE_INVALID for what is neither a name nor an address, and for names beside open traffic.
 */
export function toNetworkPolicy(wish: NetworkWish, isRange: (text: string) => boolean): NetworkPolicy {
  const allowOut = (wish.allowOut ?? []).map(normalName);
  const denyOut = (wish.denyOut ?? []).map(normalName);
  const strange = [...allowOut, ...denyOut].find((entry) => !isRange(entry) && !isName(entry));
  if (strange !== undefined) {
    throw new IrisError(
      'USAGE_INVALID',
      `network: "${strange}" is neither a host name nor an address or CIDR range`,
    );
  }
  const named = denyOut.find(isName);
  if (named !== undefined)
    throw new IrisError('USAGE_INVALID', `network.denyOut: "${named}": only addresses can be denied`);
  const deniesAll = wish.allow_internet_access === false || denyOut.some((entry) => ALL_TRAFFIC.has(entry));
  if (allowOut.some(isName) && !deniesAll) {
    throw new IrisError(
      'USAGE_INVALID',
      "When host names are allowed, you must include 'ALL_TRAFFIC' (0.0.0.0/0) in network.denyOut",
    );
  }
  return {
    allowInternetAccess: wish.allow_internet_access === true && !deniesAll,
    allowOut,
    denyOut,
    allowPublicTraffic: wish.allowPublicTraffic ?? true,
    maskRequestHost: wish.maskRequestHost ?? undefined,
    httpsPorts: wish.httpsPorts ?? undefined,
  };
}

/** Tells whether anything at all can be reached. */
export function hasWayOut(policy: NetworkPolicy): boolean {
  return policy.allowInternetAccess || policy.allowOut.length > 0;
}

/** Names are compared in lower case and without a closing dot. */
export function normalName(text: string): string {
  return text.trim().toLowerCase().replace(/\.$/, '');
}

/** Tells whether an entry is a name or a pattern of names, and not an address. */
export function isName(entry: string): boolean {
  return !(ADDRESS.test(entry) && /[.:]/.test(entry) && !/[g-z_]/.test(entry)) && NAME.test(entry);
}
