import { createHash } from 'node:crypto';
import type { Json } from '../../json/json.ts';

/** Reads an id of so many bytes in hex of any case; undefined for none, for zeros, and for anything else. */
export function readHexId(value: Json | undefined, bytes: number): string | undefined {
  if (typeof value !== 'string') return undefined;
  const hex = value.toLowerCase();
  return hex.length === bytes * 2 && /^[0-9a-f]+$/.test(hex) && !/^0+$/.test(hex) ? hex : undefined;
}

/** A UUID that is the same for the same parts, so that what is sent twice is stored once. */
export function stableUuid(...parts: readonly string[]): string {
  const hex = createHash('sha256').update(parts.join('\0')).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-a${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
