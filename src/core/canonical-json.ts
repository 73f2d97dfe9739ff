import { IrisError } from './errors.ts';

const LONE_SURROGATE = /\p{Surrogate}/u;

/**
 * Writes a value as JSON in the one form of RFC 8785, so that equal values have equal bytes.
 *
 * Throws IRIS_INVALID_ARGUMENT for what JSON cannot carry: NaN, Infinity, bigint, functions, halves of surrogate pairs, circles.
 */
export function canonicalJson(value: unknown): string {
  return write(value, []);
}

function write(value: unknown, parents: readonly object[]): string {
  if (value === null || typeof value === 'boolean') return String(value);
  if (typeof value === 'string') return writeString(value);
  if (typeof value === 'number') return writeNumber(value);
  if (typeof value !== 'object') throw invalid(`JSON has no ${typeof value}`);
  if (parents.includes(value)) throw invalid('JSON has no circles');
  const inside = [...parents, value];
  if (Array.isArray(value)) return `[${value.map((item) => write(item, inside)).join(',')}]`;
  return `{${Object.entries(value)
    .filter(([, item]) => item !== undefined)
    .toSorted(byUtf16)
    .map(([key, item]) => `${writeString(key)}:${write(item, inside)}`)
    .join(',')}}`;
}

/** JavaScript compares strings by UTF-16 units, as the RFC asks. */
function byUtf16([left]: readonly [string, unknown], [right]: readonly [string, unknown]): number {
  if (left === right) return 0;
  return left < right ? -1 : 1;
}

/** JSON.stringify escapes exactly what the RFC escapes. */
function writeString(text: string): string {
  if (LONE_SURROGATE.test(text)) throw invalid('JSON has no halves of surrogate pairs');
  return JSON.stringify(text);
}

/** The RFC takes the numbers of ECMAScript over; -0 is 0. */
function writeNumber(value: number): string {
  if (!Number.isFinite(value)) throw invalid(`JSON has no ${value}`);
  return JSON.stringify(value);
}

function invalid(message: string): IrisError {
  return new IrisError('IRIS_INVALID_ARGUMENT', message, { hint: 'Send what JSON can carry.' });
}
