import { toExponentialHistogram } from './exponential-histogram.ts';
import type { ExposedPoint, ExposedSeries } from './exposed-series.ts';

/** Points are what was added in their time, not since the beginning. */
const DELTA = 1;

/** Writes OTLP/JSON: counters as sums, gauges as gauges, and histograms as exponential histograms. */
export function renderOtlpMetrics(series: readonly ExposedSeries[]): string {
  const names = [...new Set(series.map(({ name }) => name))];
  const metrics = names.flatMap((name) => toMetric(series.filter((one) => one.name === name)));
  return JSON.stringify({
    resourceMetrics: [
      {
        resource: { attributes: [{ key: 'service.name', value: { stringValue: 'iris' } }] },
        scopeMetrics: [{ scope: { name: 'iris' }, metrics }],
      },
    ],
  });
}

function toMetric(members: readonly ExposedSeries[]): readonly object[] {
  const [first] = members;
  if (first === undefined) return [];
  const { name, unit, description, type } = first;
  const about = {
    name,
    ...(unit === null ? {} : { unit }),
    ...(description === null ? {} : { description }),
  };
  const points = members.flatMap((series) => series.points.map((point) => ({ series, point })));
  if (type === 'counter') {
    const dataPoints = points.map(({ series, point }) => ({ ...base(series, point), asDouble: point.sum }));
    return [{ ...about, sum: { dataPoints, aggregationTemporality: DELTA, isMonotonic: true } }];
  }
  if (type === 'gauge') {
    const dataPoints = points.flatMap(({ series, point }) =>
      point.last === null ? [] : [{ ...base(series, point), asDouble: point.last }],
    );
    return [{ ...about, gauge: { dataPoints } }];
  }
  const dataPoints = points.map(({ series, point }) => ({
    ...base(series, point),
    count: String(point.count),
    sum: point.sum,
    min: point.min,
    max: point.max,
    ...toExponentialHistogram(point.buckets?.keys ?? [], point.buckets?.counts ?? []),
  }));
  return [{ ...about, exponentialHistogram: { dataPoints, aggregationTemporality: DELTA } }];
}

function base({ labels }: ExposedSeries, { startMs, endMs }: ExposedPoint): object {
  return {
    attributes: Object.entries(labels).map(([key, value]) => ({ key, value: { stringValue: value } })),
    startTimeUnixNano: toNanos(startMs),
    timeUnixNano: toNanos(endMs),
  };
}

function toNanos(ms: number): string {
  return `${Math.round(ms * 1000)}000`;
}
