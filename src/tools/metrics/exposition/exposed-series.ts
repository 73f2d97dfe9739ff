/** One point of a series, as every format takes it. */
export interface ExposedPoint {
  readonly startMs: number;
  readonly endMs: number;
  readonly count: number;
  readonly sum: number;
  readonly min: number;
  readonly max: number;
  readonly last: number | null;
  readonly quantiles: readonly ExposedQuantile[];
  /** Counts of values by the keys of the database's histograms, in order. */
  readonly buckets?: { readonly keys: readonly number[]; readonly counts: readonly number[] } | undefined;
}

export interface ExposedQuantile {
  readonly quantile: number;
  /** Such as p95. */
  readonly name: string;
  readonly value: number | null;
}

export interface ExposedSeries {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: string | null;
  readonly description: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly ExposedPoint[];
}
