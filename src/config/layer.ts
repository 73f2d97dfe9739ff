import type { KeyPath } from './config-keys.ts';

/** Nested values as they were written, not yet checked. */
export type RawValues = Readonly<Record<string, unknown>>;

/** One source of values: the flags, the environment, or one file. */
export interface Layer {
  readonly values: RawValues;
  /** Where a value was given: `--timeout`, `IRIS_TIMEOUT` or `/x/.irisrc:3`. */
  originOf(path: KeyPath): string;
  /** How a message about the value at `path` begins: `IRIS_TIMEOUT`, or `.irisrc:3:10: timeout`. */
  subjectOf(path: KeyPath): string;
  /** How a message about the key itself begins: `.irisrc:3:1`. */
  placeOf(path: KeyPath): string;
}

export function isGroup(value: unknown): value is RawValues {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The value at `path`, or undefined. */
export function valueAt(values: unknown, path: readonly PropertyKey[]): unknown {
  let value = values;
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined;
    value = Reflect.get(value, key);
  }
  return value;
}
