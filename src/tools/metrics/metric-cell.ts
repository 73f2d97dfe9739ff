import { z } from 'zod';

/** What the database says of one group of label sets in one bucket of time. */
const metricCell = z.object({
  name: z.string(),
  labels: z.record(z.string(), z.string()),
  start_ts: z.string(),
  n: z.number(),
  sum: z.number(),
  min: z.number(),
  max: z.number(),
  last: z.number().nullable(),
  quantiles: z.array(z.number()).nullable(),
  is_approximate: z.boolean(),
  keys: z.array(z.int()).nullable(),
  counts: z.array(z.number()).nullable(),
});
export type MetricCell = z.output<typeof metricCell>;

const metricType = z.enum(['counter', 'gauge', 'histogram']);

export const metricAnswer = z.object({
  cells: z.array(metricCell),
  limit: z.int(),
  defs: z.record(
    z.string(),
    z.object({ type: metricType, unit: z.string().nullable(), description: z.string().nullable() }),
  ),
  fromMicros: z.number(),
  untilMicros: z.number(),
  widthSeconds: z.int().nullable(),
  since: z.string(),
  until: z.string(),
});
export type MetricAnswer = z.output<typeof metricAnswer>;
