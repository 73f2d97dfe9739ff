import { randomBytes } from 'node:crypto';

const ALPHABET = 'abcdefghijklmnopqrstuvwxyz234567';

/** A new id in E2B's form: it is a secret of 95 bits, for user ports are open to whoever knows it. */
export function newSandboxId(): string {
  const letters = [...randomBytes(19)].map((byte) => ALPHABET.charAt(byte & 31));
  return `i${letters.join('')}`;
}
