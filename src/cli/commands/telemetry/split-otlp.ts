/** Far below what one frame to the daemon may hold. */
const MOST_BYTES = 1024 * 1024;

const LEVELS = [
  ['resourceSpans', 'scopeSpans', 'spans'],
  ['resourceLogs', 'scopeLogs', 'logRecords'],
] as const;

/** Parts a document of OTLP/JSON into ones that are small enough to send; what is no OTLP stays whole. */
export function splitOtlp(document: unknown): unknown[] {
  const levels = LEVELS.find(([top]) => Array.isArray(valueIn(document, top)));
  return levels === undefined ? [document] : split(document, levels);
}

/** Halves the list of the outermost level that has several entries, and goes down where it has one. */
function split(document: unknown, levels: readonly string[]): unknown[] {
  const [key, ...deeper] = levels;
  const found = key === undefined ? undefined : valueIn(document, key);
  if (key === undefined || !Array.isArray(found) || !isObject(document)) return [document];
  if (Buffer.byteLength(JSON.stringify(document)) <= MOST_BYTES) return [document];
  const list: readonly unknown[] = found;
  if (list.length === 1) return split(list[0], deeper).map((part) => ({ ...document, [key]: [part] }));
  const half = Math.ceil(list.length / 2);
  return [list.slice(0, half), list.slice(half)].flatMap((part) =>
    part.length === 0 ? [] : split({ ...document, [key]: part }, levels),
  );
}

function valueIn(value: unknown, key: string): unknown {
  return isObject(value) ? Reflect.get(value, key) : undefined;
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}
