import type { ExposedSeries } from './exposed-series.ts';
import { familyName, promLabels, unitSuffix } from './prometheus-names.ts';

export interface Sample {
  /** After the name of the family, such as _total. */
  readonly suffix: '' | '_total' | '_sum' | '_count';
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface Family {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'summary';
  /** Only where the name ends in it. */
  readonly unit: string | undefined;
  readonly help: string | undefined;
  readonly samples: readonly Sample[];
}

/** Names that a family uses up, since others may not look like parts of it. */
const SUFFIXES = ['', '_total', '_sum', '_count', '_created', '_bucket', '_info', '_gsum', '_gcount'];

/** Puts series into families, under names that are valid and apart. Takes the last point of each series. */
export function toFamilies(series: readonly ExposedSeries[]): readonly Family[] {
  const taken = new Set<string>();
  const names = [...new Set(series.map(({ name }) => name))];
  return names.flatMap((name) => {
    const members = series.filter((one) => one.name === name);
    const [first] = members;
    return first === undefined ? [] : [toFamily(first, members, taken)];
  });
}

function toFamily(first: ExposedSeries, members: readonly ExposedSeries[], taken: Set<string>): Family {
  const hasNegatives = members.some(({ points }) => points.some(({ min }) => min < 0));
  // A summary may not go below zero.
  const type = first.type === 'histogram' ? (hasNegatives ? 'gauge' : 'summary') : first.type;
  const unit = unitSuffix(first.unit, first.type);
  const wanted = familyName(first.name, first.type, unit);
  const name = claim(wanted, taken);
  const seen = new Set<string>();
  return {
    name,
    type,
    unit: unit !== undefined && name.endsWith(`_${unit}`) ? unit : undefined,
    help: first.description ?? undefined,
    samples: members.flatMap((one) => toSamples(one, type, distinct(promLabels(one.labels), seen))),
  };
}

function toSamples(series: ExposedSeries, type: Family['type'], labels: Sample['labels']): readonly Sample[] {
  const point = series.points.at(-1);
  if (point === undefined) return [];
  const sample = (suffix: Sample['suffix'], value: number, more: Sample['labels'] = {}): Sample => ({
    suffix,
    labels: { ...labels, ...more },
    value,
  });
  const last = point.last === null ? [] : [sample('', point.last)];
  if (type === 'counter') return [sample('_total', point.sum)];
  if (series.type === 'gauge') return last;
  const quantiles = point.quantiles.flatMap(({ quantile, value }) =>
    value === null ? [] : [sample('', value, { quantile: String(quantile) })],
  );
  return type === 'gauge'
    ? [...last, ...quantiles]
    : [...quantiles, sample('_sum', point.sum), sample('_count', point.count)];
}

function claim(wanted: string, taken: Set<string>): string {
  for (let number = 1; ; number += 1) {
    const name = number === 1 ? wanted : `${wanted}_${number}`;
    const own = SUFFIXES.map((suffix) => `${name}${suffix}`);
    if (own.some((one) => taken.has(one))) continue;
    for (const one of own) taken.add(one);
    return name;
  }
}

/** Labels that were different may have become the same. */
function distinct(labels: Sample['labels'], seen: Set<string>): Sample['labels'] {
  for (let number = 1; ; number += 1) {
    const own = number === 1 ? labels : { ...labels, iris_series: String(number) };
    const key = JSON.stringify(own);
    if (seen.has(key)) continue;
    seen.add(key);
    return own;
  }
}
