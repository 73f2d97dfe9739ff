/** The buckets of one sign: counts[i] belongs to the index offset + i. */
export interface DenseBuckets {
  readonly offset: number;
  readonly bucketCounts: readonly string[];
}

export interface ExponentialHistogram {
  readonly scale: number;
  readonly zeroCount: string;
  readonly positive: DenseBuckets;
  readonly negative: DenseBuckets;
}

const STORED_SCALE = 5;
/** The key of the index 0. */
const KEY_OF_ZERO = 100_000;
/** OpenTelemetry's own libraries keep 160; twice that holds most data at full scale. */
const MAX_BUCKETS = 320;

/** The index of the bucket of a value above 0: above base^index and at most base^(index + 1), base = 2^(2^-scale). */
export function exponentialIndex(value: number, scale: number): number {
  const perDoubling = 2 ** scale;
  const guess = Math.ceil(Math.log2(value) * perDoubling) - 1;
  // The logarithm is off by one at the edges.
  if (value <= 2 ** (guess / perDoubling)) return guess - 1;
  return value > 2 ** ((guess + 1) / perDoubling) ? guess + 1 : guess;
}

/** Makes OpenTelemetry's dense form of the keys and counts that the database keeps, coarser where it would be too long. */
export function toExponentialHistogram(
  keys: readonly number[],
  counts: readonly number[],
): ExponentialHistogram {
  const all = keys.map((key, i) => ({
    index: Math.abs(key) - KEY_OF_ZERO,
    sign: Math.sign(key),
    count: counts[i] ?? 0,
  }));
  const positive = all.filter(({ sign }) => sign > 0);
  const negative = all.filter(({ sign }) => sign < 0);
  const coarser = Math.max(shiftFor(positive), shiftFor(negative));
  const zeros = all.filter(({ sign }) => sign === 0).reduce((sum, { count }) => sum + count, 0);
  return {
    scale: STORED_SCALE - coarser,
    zeroCount: String(zeros),
    positive: toDense(positive, coarser),
    negative: toDense(negative, coarser),
  };
}

interface Bucket {
  readonly index: number;
  readonly count: number;
}

/** How often neighbours have to be joined until there are few enough. */
function shiftFor(buckets: readonly Bucket[]): number {
  const indexes = buckets.map(({ index }) => index);
  const low = indexes.reduce((one, other) => Math.min(one, other), indexes[0] ?? 0);
  const high = indexes.reduce((one, other) => Math.max(one, other), indexes[0] ?? 0);
  let shift = 0;
  while ((high >> shift) - (low >> shift) >= MAX_BUCKETS) shift += 1;
  return shift;
}

function toDense(buckets: readonly Bucket[], shift: number): DenseBuckets {
  const counts = new Map<number, number>();
  for (const { index, count } of buckets)
    counts.set(index >> shift, (counts.get(index >> shift) ?? 0) + count);
  const indexes = [...counts.keys()].toSorted((one, other) => one - other);
  const [low, high] = [indexes[0], indexes.at(-1)];
  if (low === undefined || high === undefined) return { offset: 0, bucketCounts: [] };
  const bucketCounts = Array.from({ length: high - low + 1 }, (_, i) => String(counts.get(low + i) ?? 0));
  return { offset: low, bucketCounts };
}
