import { never } from '../../core/never.ts';
import type { Figures } from './aggregations.ts';
import { spanOf, type MetricSeries } from './build-series.ts';
import { renderCsv } from './exposition/csv.ts';
import type { ExposedPoint, ExposedSeries } from './exposition/exposed-series.ts';
import { renderOpenMetrics } from './exposition/open-metrics.ts';
import { renderOtlpMetrics } from './exposition/otlp-metrics.ts';
import { renderPrometheus } from './exposition/prometheus.ts';
import type { MetricAnswer, MetricCell } from './metric-cell.ts';

export type MetricFormat = 'prometheus' | 'openmetrics' | 'otlp' | 'csv';

export interface RenderedMetrics {
  readonly text: string;
  readonly contentType: string;
}

interface About {
  readonly answer: MetricAnswer;
  readonly figures: Figures;
}

const MS_PER_SECOND = 1000;
const MICROS_PER_MS = 1000;

/** Writes series in a format that other systems read. */
export function renderMetrics(
  format: MetricFormat,
  series: readonly MetricSeries[],
  about: About,
): RenderedMetrics {
  const exposed = series.map((one) => toExposed(one, about));
  switch (format) {
    case 'prometheus':
      return { text: renderPrometheus(exposed), contentType: 'text/plain; version=0.0.4; charset=utf-8' };
    case 'openmetrics':
      return {
        text: renderOpenMetrics(exposed),
        contentType: 'application/openmetrics-text; version=1.0.0; charset=utf-8',
      };
    case 'otlp':
      return { text: renderOtlpMetrics(exposed), contentType: 'application/json' };
    case 'csv':
      return { text: renderCsv(exposed), contentType: 'text/csv; charset=utf-8' };
    default:
      return never(format);
  }
}

function toExposed(series: MetricSeries, about: About): ExposedSeries {
  const { name, type, unit, description, labels } = series;
  return { name, type, unit, description, labels, points: series.cells.map((cell) => toPoint(cell, about)) };
}

function toPoint(cell: MetricCell, { answer, figures }: About): ExposedPoint {
  const { n, sum, min, max, last, keys, counts } = cell;
  const { startMs, widthSeconds } = spanOf(cell, answer);
  const endMs = Math.min(startMs + widthSeconds * MS_PER_SECOND, answer.untilMicros / MICROS_PER_MS);
  const quantiles = figures.quantiles.map(({ quantile, name }, i) => ({
    quantile,
    name,
    value: cell.quantiles?.[i] ?? null,
  }));
  const buckets = keys === null || counts === null ? undefined : { keys, counts };
  return { startMs, endMs, count: n, sum, min, max, last, quantiles, buckets };
}
