import type { ExposedPoint, ExposedSeries } from './exposed-series.ts';

const COLUMNS = [
  'name',
  'type',
  'unit',
  'labels',
  'start',
  'end',
  'count',
  'sum',
  'avg',
  'min',
  'max',
  'last',
];
/** What a spreadsheet would take for a formula. */
const FORMULA = /^[=+@\t\r]|^-(?![\d.])/;

/** Writes one line for each point, by RFC 4180 and safe to open in a spreadsheet. */
export function renderCsv(series: readonly ExposedSeries[]): string {
  const quantiles = series[0]?.points[0]?.quantiles.map(({ name }) => name) ?? [];
  const lines = series.flatMap((one) => one.points.map((point) => toLine(one, point)));
  return [[...COLUMNS, ...quantiles], ...lines].map((cells) => `${cells.map(toCell).join(',')}\r\n`).join('');
}

function toLine(series: ExposedSeries, point: ExposedPoint): readonly (string | number | null)[] {
  const { count, sum, min, max, last, quantiles } = point;
  return [
    series.name,
    series.type,
    series.unit,
    JSON.stringify(series.labels),
    new Date(point.startMs).toISOString(),
    new Date(point.endMs).toISOString(),
    count,
    sum,
    sum / count,
    min,
    max,
    last,
    ...quantiles.map(({ value }) => value),
  ];
}

function toCell(value: string | number | null): string {
  if (value === null) return '';
  if (typeof value === 'number') return String(value);
  const text = FORMULA.test(value) ? `'${value}` : value;
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
