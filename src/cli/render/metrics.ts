import type { z } from 'zod';
import type { metricsGet } from '../../contract/tools/metrics.ts';
import { formatNumber } from './figures.ts';
import type { Screen } from './screen.ts';
import { sparkline } from './sparkline.ts';
import { renderTable } from './table.ts';

export type Series = NonNullable<z.output<typeof metricsGet.output>['series']>[number];
type Point = Series['points'][number];

const FIGURES = ['count', 'sum', 'avg', 'min', 'p50', 'p95', 'p99', 'max', 'last'] as const;
const TREND_WIDTH = 24;
const RIGHT = { align: 'right' } as const;
/** What the percentiles tell better. */
const EXTRA: ReadonlySet<string> = new Set(['sum', 'min', 'p99', 'max']);
const HEADS = FIGURES.map((figure) => ({
  title: figure.toUpperCase(),
  isExtra: EXTRA.has(figure),
  ...RIGHT,
}));

/** A line for each series with its figures over the whole window; on a terminal, how it went. */
export function renderMetrics(series: readonly Series[], trends: readonly Series[], screen: Screen): string {
  const hasTags = series.some(({ labels }) => Object.keys(labels).length > 0);
  const hasTrend = trends.length > 0;
  const columns = [
    { title: 'METRIC', isCut: true },
    ...(hasTags ? [{ title: 'TAGS', isCut: true }] : []),
    { title: 'TYPE', isExtra: true },
    { title: 'UNIT', isExtra: true },
    ...HEADS,
    ...(hasTrend ? [{ title: 'TREND', paint: (text: string) => screen.paint.cyan(text) }] : []),
  ];
  const rows = series.map((one) => [
    one.name,
    ...(hasTags ? [formatTags(one.labels)] : []),
    one.type,
    one.unit ?? '-',
    ...figuresOf(one.points[0]),
    ...(hasTrend ? [trendOf(trends.find((trend) => isSame(trend, one)))] : []),
  ]);
  return renderTable(columns, rows, screen);
}

/** A line for each stretch of time of each series. */
export function renderBuckets(series: readonly Series[], screen: Screen): string {
  const columns = [{ title: 'METRIC', isCut: true }, { title: 'TAGS', isCut: true }, 'START', ...HEADS];
  const rows = series.flatMap((one) =>
    one.points.map((point) => [
      one.name,
      formatTags(one.labels),
      point.start.replace(/\.\d+Z$/, 'Z'),
      ...figuresOf(point),
    ]),
  );
  return renderTable(columns, rows, screen);
}

function figuresOf(point: Point | undefined): string[] {
  return FIGURES.map((figure) => formatNumber(point?.[figure]));
}

function isSame(one: Series, other: Series): boolean {
  return one.name === other.name && formatTags(one.labels) === formatTags(other.labels);
}

/** A counter is drawn by how much it grew, everything else by its average. */
function trendOf(series: Series | undefined): string {
  const width = series?.points[0]?.widthSeconds;
  if (series === undefined || width === undefined) return '';
  const figure = series.type === 'counter' ? 'sum' : 'avg';
  const values = new Map(series.points.map((point) => [Date.parse(point.start), point[figure]]));
  const last = Math.max(...values.keys());
  const starts = Array.from({ length: TREND_WIDTH }, (_, at) => last - (TREND_WIDTH - 1 - at) * width * 1000);
  const first = starts.findIndex((start) => values.has(start));
  return sparkline(
    starts.slice(first).map((start) => {
      const value = values.get(start);
      return typeof value === 'number' ? value : undefined;
    }),
  );
}

function formatTags(labels: Readonly<Record<string, string>>): string {
  const words = Object.entries(labels)
    .toSorted(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`);
  return words.join(' ') || '-';
}
