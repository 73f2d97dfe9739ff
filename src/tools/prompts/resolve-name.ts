/** The value of a name, innermost context first; undefined where there is none. Only own properties count. */
export function resolveName(name: string, contexts: readonly unknown[]): unknown {
  if (name === '.') return contexts.at(-1);
  const [first = '', ...rest] = name.split('.');
  const context = contexts.findLast((candidate) => hasOwn(candidate, first));
  return [first, ...rest].reduce<unknown>(
    (value, key) => (hasOwn(value, key) ? value[key] : undefined),
    context,
  );
}

function hasOwn<Key extends string>(value: unknown, key: Key): value is Record<Key, unknown> {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key);
}
