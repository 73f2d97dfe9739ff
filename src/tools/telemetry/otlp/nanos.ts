import type { Json } from '../../json/json.ts';

const NANOS_PER_MICRO = 1000n;
/** What Postgres and JavaScript both write as a date: the year 9999. */
const MAX_MICROS = 253_402_300_799_999_999n;

/** Reads nanoseconds since 1970, written as text or, less exactly, as a number; undefined for anything else, and for 0. */
export function readNanos(value: Json | undefined): bigint | undefined {
  if (typeof value === 'number' && Number.isInteger(value) && value > 0) return inRange(BigInt(value));
  if (typeof value !== 'string' || !/^\d{1,20}$/.test(value)) return undefined;
  return inRange(BigInt(value));
}

/** Whole microseconds, which is what the database keeps. */
export function toMicros(nanos: bigint): number {
  return Number(nanos / NANOS_PER_MICRO);
}

export function fromMicros(micros: number): string {
  return micros === 0 ? '0' : `${micros}000`;
}

function inRange(nanos: bigint): bigint | undefined {
  return nanos > 0n && nanos / NANOS_PER_MICRO <= MAX_MICROS ? nanos : undefined;
}
