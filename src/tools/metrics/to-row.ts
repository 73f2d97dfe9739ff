import type { PointInput } from '../../contract/tools/metrics.ts';

// Postgres keeps no NUL and no half of a surrogate pair.
const UNSTORABLE = /\0|[\uD800-\uDBFF](?![\uDC00-\uDFFF])|(?<![\uD800-\uDBFF])[\uDC00-\uDFFF]/g;

/** Turns a point of a caller into the row that the database takes: every tag is text. */
export function toRow({ tags = {}, ...point }: PointInput): Record<string, unknown> {
  const labels = Object.entries(tags).map(([key, value]) => [storable(key), storable(String(value))]);
  const texts = Object.entries(point).map(([key, value]) => [
    key,
    typeof value === 'string' ? storable(value) : value,
  ]);
  return { ...Object.fromEntries(texts), labels: Object.fromEntries(labels) };
}

function storable(text: string): string {
  return text.replace(UNSTORABLE, '\uFFFD');
}
