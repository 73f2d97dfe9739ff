/** Closes an exhaustive switch: the compiler objects when a case is missing. */
export function never(value: never): never {
  throw new TypeError(`Unexpected case: ${JSON.stringify(value)}`);
}
