import { z } from 'zod';
import { parseByteSize } from '../core/byte-size.ts';
import { parseDuration } from '../core/duration.ts';
import { parseUsd } from '../core/money.ts';

const MAX_DURATION_MS = 86_400_000;
const MAX_USD = 1_000_000;
export const KB = 1024;
export const MB = KB * 1024;
export const GB = MB * 1024;

/** What is said about a key: its purpose, and the values it takes with an example. */
export function about(description: string, expected: string): { description: string; expected: string } {
  return { description, expected };
}

/** A text of one or more characters. */
export function plainText(maxLength: number) {
  return z
    .string()
    .min(1)
    .max(maxLength)
    .regex(/^[^\0]*$/);
}

/** A time with its unit, such as `90s`, or plain milliseconds. */
export function duration({ min, max = MAX_DURATION_MS }: { min: number; max?: number }) {
  return measured({ min, max, parse: parseDuration });
}

/** A size with its unit, such as `2GB`, or plain bytes. */
export function byteSize(min: number, max: number) {
  return measured({ min, max, parse: parseByteSize });
}

/** An amount of dollars, such as `0.50` or `$0.50`. */
export function usd() {
  return z.union([z.string(), z.number()]).transform((value, context) => {
    const amount = typeof value === 'number' ? value : parseUsd(value);
    if (amount !== undefined && Number.isFinite(amount) && amount >= 0 && amount <= MAX_USD) return amount;
    context.issues.push({ code: 'custom', input: value });
    return z.NEVER;
  });
}

/** A text with a unit, or the plain number that it stands for. */
function measured(rule: { min: number; max: number; parse: (text: string) => number | undefined }) {
  return z.union([z.string(), z.number()]).transform((value, context) => {
    const amount = typeof value === 'number' ? value : rule.parse(value);
    if (amount !== undefined && Number.isInteger(amount) && amount >= rule.min && amount <= rule.max)
      return amount;
    context.issues.push({ code: 'custom', input: value });
    return z.NEVER;
  });
}
