import { createHash } from 'node:crypto';

/** The task of an input that was given none: the same for inputs that differ only in case and space. */
export function taskName(input: string): string {
  const folded = input.toLowerCase().trim().replaceAll(/\s+/g, ' ');
  return `task:${createHash('sha256').update(folded).digest('hex').slice(0, 12)}`;
}
