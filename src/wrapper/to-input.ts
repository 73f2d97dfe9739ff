import { IrisToolError } from './tool-error.ts';
import type { MethodFacts } from './tool-methods.ts';

/** Turns what a method was called with into the input of its tool. Throws IrisToolError for too many arguments. */
export function toInput(
  method: string,
  { keys, texts = [] }: MethodFacts,
  given: readonly unknown[],
): unknown {
  const [first] = given;
  if (given.length === 0) return {};
  if (given.length === 1 && (keys.length === 0 || isPlainObject(first))) return first ?? {};
  if (given.length > Math.max(keys.length, 1)) throw tooMany(method, keys);
  const pairs = keys.map((key, index) => [key, given[index]] as const);
  return Object.fromEntries(
    pairs
      .filter(([, value]) => value !== undefined)
      .map(([key, value]) => [key, texts.includes(key) && typeof value !== 'string' ? toText(value) : value]),
  );
}

function isPlainObject(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}

function toText(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

function tooMany(method: string, keys: readonly string[]): IrisToolError {
  const form = keys.length === 0 ? 'one object' : `(${keys.join(', ')}) or one object`;
  return new IrisToolError({
    code: 'IRIS_INVALID_ARGUMENT',
    message: `iris.${method} was called with too many arguments`,
    hint: `It takes ${form}.`,
    retryable: false,
  });
}
