import { randomBytes } from 'node:crypto';

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz';

/** A new id such as `run_01k9x3…`: sortable by time, safe in file names and URLs. */
export function newId(prefix: string): string {
  const time = Date.now().toString(32).padStart(9, '0');
  const random = [...randomBytes(10)].map((byte) => ALPHABET.charAt(byte & 31)).join('');
  return `${prefix}_${time}${random}`;
}
