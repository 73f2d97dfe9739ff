import { timingSafeEqual } from 'node:crypto';

/** Compares a presented secret with ours in a time that does not depend on where they differ. */
export function isSameSecret(presented: string | string[] | undefined, secret: string): boolean {
  if (typeof presented !== 'string') return false;
  const left = Buffer.from(presented);
  const right = Buffer.from(secret);
  return left.length === right.length && timingSafeEqual(left, right);
}
