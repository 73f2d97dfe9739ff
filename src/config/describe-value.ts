import { holdsSecret } from './secrets.ts';

const MAX_SHOWN_CHARS = 60;

/** A found value in words that are safe to print: short, on one line, never a secret. */
export function describeValue(value: unknown): string {
  if (value === null || value === undefined || value === '') return 'empty';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'string') return holdsSecret(value) ? 'a text' : quote(value);
  if (typeof value === 'number' || typeof value === 'boolean' || typeof value === 'bigint')
    return String(value);
  return 'a group of keys';
}

/** A name in quotes, with what could steer a terminal taken out. */
export function quote(text: string): string {
  if (holdsSecret(text)) return '(hidden)';
  const short = text.length > MAX_SHOWN_CHARS ? `${text.slice(0, MAX_SHOWN_CHARS)}…` : text;
  return JSON.stringify(short).replace(/[\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g, '?');
}
