import type { z } from 'zod';
import type { metricsGet } from '../../contract/tools/metrics.ts';
import { chooseFigures, figuresOf, type Figures } from './aggregations.ts';
import { buildSeries, seriesKey, spanOf, type MetricSeries } from './build-series.ts';
import { compareFigures } from './compare-series.ts';
import { metricAnswer, type MetricAnswer } from './metric-cell.ts';
import { renderMetrics } from './render-metrics.ts';

type Input = z.output<typeof metricsGet.input>;
type Query = Readonly<Record<string, unknown>>;
type Ask = (query: Query) => Promise<unknown>;

const MICROS_PER_MS = 1000;
/** Longer than anything is kept. */
const EVERYTHING = '9600h';

/** Reads metrics as a caller wants them: as series, against the window before, or in a format. */
export async function readMetrics(input: Input, ask: Ask): Promise<Record<string, unknown>> {
  const { format } = input;
  const isTotal = format === 'prometheus' || format === 'openmetrics';
  const figures = chooseFigures(input.aggregations, input.quantiles);
  const query = {
    ...toQuery(input, figures),
    ...(isTotal ? { since: input.since ?? EVERYTHING, bucket: null } : {}),
    buckets: format === 'otlp',
    last: format !== 'json' || figures.aggregations.includes('last'),
  };
  const answer = metricAnswer.parse(await ask(query));
  const series = buildSeries(answer, figures);
  const about = {
    since: answer.since,
    until: answer.until,
    approximate: answer.cells.some((cell) => cell.is_approximate),
    truncated: answer.cells.length > answer.limit,
  };
  if (format !== 'json') return { ...renderMetrics(format, series, { answer, figures }), ...about };
  const shown =
    input.compareTo === undefined ? series : await compare({ series, answer, figures, query, ask });
  return { series: shown.map(withoutCells), ...about };
}

function withoutCells(series: MetricSeries): object {
  return Object.fromEntries(Object.entries(series).filter(([key]) => key !== 'cells'));
}

function toQuery(input: Input, figures: Figures): Query {
  const { name, prefix, tags, since, until, bucket = 'auto', format } = input;
  const groupBy = input.groupBy ?? (format === 'json' || format === 'csv' ? [] : ['*']);
  return {
    names: name === undefined || Array.isArray(name) ? name : [name],
    prefix,
    tags,
    since,
    until,
    bucket,
    groupBy,
    quantiles: figures.quantiles.map(({ quantile }) => quantile),
  };
}

interface Comparison {
  readonly series: readonly MetricSeries[];
  readonly answer: MetricAnswer;
  readonly figures: Figures;
  readonly query: Query;
  readonly ask: Ask;
}

/** Two windows of the same length, the second one ending where the first begins. */
async function compare(comparison: Comparison): Promise<readonly MetricSeries[]> {
  const { series, answer, query, ask } = comparison;
  const { fromMicros, untilMicros } = answer;
  const window = (from: number, until: number): Query => ({
    ...query,
    bucket: null,
    since: toIso(from),
    until: toIso(until),
  });
  const current = metricAnswer.parse(await ask(window(fromMicros, untilMicros)));
  const previous = metricAnswer.parse(await ask(window(2 * fromMicros - untilMicros, fromMicros)));
  const now = totals(current, comparison.figures);
  const before = totals(previous, comparison.figures);
  return series.map((one) => {
    const figures = now.get(seriesKey(one)) ?? {};
    const earlier = before.get(seriesKey(one)) ?? null;
    return { ...one, current: figures, previous: earlier, change: compareFigures(figures, earlier) };
  });
}

function totals(answer: MetricAnswer, figures: Figures): ReadonlyMap<string, Record<string, number | null>> {
  return new Map(
    answer.cells.map((cell) => {
      const { seconds } = spanOf(cell, answer);
      const type = answer.defs[cell.name]?.type ?? 'histogram';
      return [seriesKey(cell), figuresOf(cell, figures, { type, seconds })];
    }),
  );
}

function toIso(micros: number): string {
  return new Date(micros / MICROS_PER_MS).toISOString();
}
