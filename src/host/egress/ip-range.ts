import { isIP } from 'node:net';

/** One address as a number: two texts of the same address are equal. */
export interface IpAddress {
  readonly family: 4 | 6;
  readonly value: bigint;
}

/** All addresses that share their first `prefixBits` bits. */
export interface IpRange {
  readonly family: 4 | 6;
  readonly base: bigint;
  readonly prefixBits: number;
}

const BITS = { 4: 32, 6: 128 } as const;
const PREFIX = /^(?:0|[1-9]\d{0,2})$/;

/** Reads an address; undefined for anything else, an address with a zone too. */
export function parseIp(text: string): IpAddress | undefined {
  if (text.includes('%')) return undefined;
  const family = isIP(text);
  if (family === 4) return { family, value: valueOfV4(text) };
  if (family === 6) return { family, value: valueOfV6(text) };
  return undefined;
}

/** Reads `address/bits`, or an address alone as a range of one. Bits behind the prefix are dropped. */
export function parseRange(text: string): IpRange | undefined {
  const [address = '', prefix, ...rest] = text.split('/');
  const ip = parseIp(address);
  if (!ip || rest.length > 0) return undefined;
  if (prefix === undefined) return { family: ip.family, base: ip.value, prefixBits: BITS[ip.family] };
  const prefixBits = PREFIX.test(prefix) ? Number(prefix) : Number.POSITIVE_INFINITY;
  if (prefixBits > BITS[ip.family]) return undefined;
  const hostBits = BigInt(BITS[ip.family] - prefixBits);
  return { family: ip.family, base: (ip.value >> hostBits) << hostBits, prefixBits };
}

/** Whether an address lies in a range. */
export function isInRange(range: IpRange, ip: IpAddress): boolean {
  if (range.family !== ip.family) return false;
  const hostBits = BigInt(BITS[range.family] - range.prefixBits);
  return range.base >> hostBits === ip.value >> hostBits;
}

/** Whether all of `inner` lies in `outer`. */
export function isWithin(outer: IpRange, inner: IpRange): boolean {
  return (
    inner.prefixBits >= outer.prefixBits && isInRange(outer, { family: inner.family, value: inner.base })
  );
}

function valueOfV4(text: string): bigint {
  return text.split('.').reduce((value, part) => (value << 8n) | BigInt(part), 0n);
}

function valueOfV6(text: string): bigint {
  const [head = '', tail] = withoutDots(text).split('::');
  const left = groupsOf(head);
  const right = groupsOf(tail ?? '');
  const gap = Array.from({ length: 8 - left.length - right.length }, () => '0');
  return [...left, ...gap, ...right].reduce((value, group) => (value << 16n) | BigInt(`0x${group}`), 0n);
}

/** Turns a dotted end, as in `::ffff:1.2.3.4`, into two groups. */
function withoutDots(text: string): string {
  const start = text.lastIndexOf(':') + 1;
  const end = text.slice(start);
  if (!end.includes('.')) return text;
  const value = valueOfV4(end);
  return `${text.slice(0, start)}${(value >> 16n).toString(16)}:${(value & 0xffffn).toString(16)}`;
}

function groupsOf(text: string): string[] {
  return text === '' ? [] : text.split(':');
}
