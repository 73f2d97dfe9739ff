import { figuresOf, type Figures } from './aggregations.ts';
import type { MetricAnswer, MetricCell } from './metric-cell.ts';

export interface MetricPoint {
  readonly start: string;
  readonly widthSeconds: number;
  readonly [figure: string]: number | string | null;
}

export interface MetricSeries {
  readonly name: string;
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly unit: string | null;
  readonly description: string | null;
  readonly labels: Readonly<Record<string, string>>;
  readonly points: readonly MetricPoint[];
  /** What the points were made of. */
  readonly cells: readonly MetricCell[];
}

const MICROS_PER_SECOND = 1e6;
const MICROS_PER_MS = 1000;

/** Puts the cells of an answer into series, each one with its points in order of time. */
export function buildSeries(answer: MetricAnswer, figures: Figures): readonly MetricSeries[] {
  const groups = new Map<string, MetricCell[]>();
  for (const cell of answer.cells.slice(0, answer.limit)) {
    const key = seriesKey(cell);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cell]);
    else group.push(cell);
  }
  return [...groups.values()].flatMap((cells) => toSeries(cells, answer, figures));
}

/** The same for the same metric and labels, in any answer. */
export function seriesKey({ name, labels }: Pick<MetricCell, 'name' | 'labels'>): string {
  const sorted = Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return JSON.stringify([name, sorted]);
}

function toSeries(
  cells: readonly MetricCell[],
  answer: MetricAnswer,
  figures: Figures,
): readonly MetricSeries[] {
  const [first] = cells;
  const def = first === undefined ? undefined : answer.defs[first.name];
  if (first === undefined || def === undefined) return [];
  const points = cells.map((cell) => {
    const { startMs, widthSeconds, seconds } = spanOf(cell, answer);
    return {
      start: new Date(startMs).toISOString(),
      widthSeconds,
      ...figuresOf(cell, figures, { type: def.type, seconds }),
    };
  });
  return [{ name: first.name, ...def, labels: first.labels, points, cells }];
}

/** When a cell begins, how wide its bucket is, and how much of that lies within the window. */
export function spanOf(
  cell: MetricCell,
  { fromMicros, untilMicros, widthSeconds }: MetricAnswer,
): { readonly startMs: number; readonly widthSeconds: number; readonly seconds: number } {
  const startMs = Date.parse(cell.start_ts);
  const width = widthSeconds ?? (untilMicros - fromMicros) / MICROS_PER_SECOND;
  const start = Math.max(startMs * MICROS_PER_MS, fromMicros);
  const end = Math.min(startMs * MICROS_PER_MS + width * MICROS_PER_SECOND, untilMicros);
  return { startMs, widthSeconds: width, seconds: Math.max(0, end - start) / MICROS_PER_SECOND };
}
