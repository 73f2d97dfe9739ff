import type { Aggregation } from '../../contract/tools/metrics.ts';
import type { MetricCell } from './metric-cell.ts';

const ALL: readonly Aggregation[] = [
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'p50',
  'p95',
  'p99',
  'last',
  'rate',
];
const NAMED_QUANTILES: Readonly<Partial<Record<Aggregation, number>>> = { p50: 0.5, p95: 0.95, p99: 0.99 };
/** Hides that 0.57 * 100 is 56.99999999999999. */
const DIGITS = 12;

/** What is worked out for each point. */
export interface Figures {
  readonly aggregations: readonly Aggregation[];
  /** Each quantile and the name it comes back under, in the order in which the database is asked. */
  readonly quantiles: readonly { readonly quantile: number; readonly name: string }[];
}

/** Settles what is worked out, all by default. */
export function chooseFigures(
  aggregations: readonly Aggregation[] = ALL,
  quantiles: readonly number[] = [],
): Figures {
  const named = aggregations.flatMap((name) => NAMED_QUANTILES[name] ?? []);
  const all = [...new Set([...named, ...quantiles])];
  return {
    aggregations: aggregations.filter((name) => NAMED_QUANTILES[name] === undefined),
    quantiles: all.map((quantile) => ({
      quantile,
      name: `p${Number((quantile * 100).toPrecision(DIGITS))}`,
    })),
  };
}

/** The figures of one cell; `seconds` is the time that it covers. */
export function figuresOf(
  cell: MetricCell,
  { aggregations, quantiles }: Figures,
  { type, seconds }: { readonly type: string; readonly seconds: number },
): Record<string, number | null> {
  const all = {
    count: cell.n,
    sum: cell.sum,
    avg: cell.sum / cell.n,
    min: cell.min,
    max: cell.max,
    last: cell.last,
    // A counter grows by its sum; of other values one can only say how often they came.
    rate: seconds > 0 ? (type === 'counter' ? cell.sum : cell.n) / seconds : null,
  };
  const chosen = Object.entries(all).filter(([name]) => aggregations.some((wanted) => wanted === name));
  const estimated = quantiles.map(({ name }, index) => [name, cell.quantiles?.[index] ?? null] as const);
  return Object.fromEntries([...chosen, ...estimated]);
}
