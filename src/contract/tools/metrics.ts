import { z } from 'zod';
import { defineTool } from './contract.ts';
import { cursorField, limitField, momentField, sinceField, writeFields } from './fields.ts';

const MAX_BATCH = 500;
const MAX_LABELS = 20;
/** Sums of larger values leave what a double can hold. */
const MAX_VALUE = 1e300;

const metricName = z
  .string()
  .regex(
    /^[A-Za-z_][A-Za-z0-9_.:/-]{0,254}$/,
    'must begin with a letter and hold letters, digits and _ . : / -',
  );
const labelName = z.string().min(1).max(200);
const metricType = z.enum(['counter', 'gauge', 'histogram']);

const pointFields = {
  type: metricType
    .optional()
    .describe('Settled by the first point. @default counter if it ends in _total or _count, else histogram'),
  unit: z.string().min(1).max(63).optional().describe('UCUM: s, ms, By, {token}, 1.'),
  description: z.string().max(1000).optional(),
  tags: z
    .record(labelName, z.union([z.string().max(1000), z.number(), z.boolean()]))
    .refine((tags) => Object.keys(tags).length <= MAX_LABELS, `must have at most ${MAX_LABELS} keys`)
    .optional(),
  timestamp: momentField.optional(),
  id: z.guid().optional().describe('An id that is there already changes nothing.'),
};
const valueField = z
  .number()
  .min(-MAX_VALUE)
  .max(MAX_VALUE)
  .describe('Of a counter: what is added to it, not its total.');

/** One point of a batch. */
export const pointInput = z.strictObject({ name: metricName, value: valueField, ...pointFields });
export type PointInput = z.output<typeof pointInput>;

export const metricRecord = defineTool({
  name: 'metric_record',
  group: 'metrics',
  title: 'Record a metric',
  text: 'Records one value of a metric with its tags, or many at once.',
  effect: 'write',
  isIdempotent: false,
  input: z
    .strictObject({
      name: metricName.optional(),
      value: valueField.optional(),
      ...pointFields,
      points: z
        .array(z.record(z.string(), z.json()))
        .min(1)
        .max(MAX_BATCH)
        .optional()
        .describe('Instead of one point up to 500, each with the fields above; bad ones are told apart.'),
      ...writeFields,
    })
    .refine(
      ({ name, value, points }) =>
        points === undefined ? name !== undefined && value !== undefined : name === undefined,
      {
        error: 'needs either name and value or points',
      },
    ),
  output: z.looseObject({
    id: z.string().optional(),
    duplicate: z.boolean(),
    accepted: z.int(),
    duplicates: z.int(),
    clamped: z.int().describe('How many said that they lie in the future, and were set to now.'),
    ids: z.array(z.string()),
    rejected: z.array(z.looseObject({ index: z.int(), code: z.string(), message: z.string() })),
    warnings: z.array(z.string()),
  }),
  example: { name: 'tool.duration', value: 12.5, unit: 'ms', tags: { tool: 'bash' } },
  method: 'recordMetric',
  positional: ['name', 'value', 'tags'],
});

const aggregation = z.enum(['count', 'sum', 'avg', 'min', 'max', 'p50', 'p95', 'p99', 'last', 'rate']);
export type Aggregation = z.output<typeof aggregation>;

const bucketField = z.enum(['auto', '1m', '5m', '1h', '1d']);
const figures = z.record(z.string(), z.number().nullable());

/** One line of the answer: a metric, or one group of its label sets. */
const metricSeries = z.looseObject({
  name: z.string(),
  type: metricType,
  unit: z.string().nullable(),
  labels: z.record(z.string(), z.string()),
  points: z.array(z.looseObject({ start: z.string(), widthSeconds: z.number() })),
  previous: figures.nullable().optional().describe('The whole window before this one.'),
  current: figures.optional().describe('The whole window.'),
  change: z
    .record(z.string(), z.looseObject({ absolute: z.number().nullable(), ratio: z.number().nullable() }))
    .optional()
    .describe('Ratio is the change divided by the previous figure; null where that is 0.'),
});

export const metricsGet = defineTool({
  name: 'metrics_get',
  group: 'metrics',
  title: 'Read metrics',
  text: 'Reads metrics over time: counts, sums, averages, percentiles and rates, by tags, and against the window before.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    name: z.union([metricName, z.array(metricName).min(1).max(100)]).optional(),
    prefix: z.string().min(1).max(255).optional(),
    tags: z.record(labelName, z.union([z.string(), z.array(z.string()).max(100)])).optional(),
    since: sinceField.optional().describe('@default 24h; all there is for prometheus and openmetrics'),
    until: sinceField.optional(),
    bucket: bucketField.nullable().optional().describe('Null for one over the whole window. @default auto'),
    groupBy: z
      .array(labelName)
      .max(MAX_LABELS)
      .optional()
      .describe(
        'Names of tags, or * for each set of tags by itself. @default none: everything in one series',
      ),
    aggregations: z.array(aggregation).min(1).optional().describe('@default all'),
    quantiles: z
      .array(z.number().min(0).max(1))
      .max(20)
      .optional()
      .describe('More of them: 0.9 comes back as p90.'),
    compareTo: z.literal('previous').optional(),
    format: z.enum(['json', 'prometheus', 'openmetrics', 'otlp', 'csv']).default('json'),
  }),
  output: z.looseObject({
    series: z.array(metricSeries).optional(),
    text: z.string().optional().describe('What a format other than json came out as.'),
    contentType: z.string().optional(),
    since: z.string(),
    until: z.string(),
    approximate: z.boolean().describe('Whether percentiles are within 1.1 %, from rows of hours and days.'),
    truncated: z.boolean(),
  }),
  example: { name: 'tool.duration', since: '24h', bucket: '1h', groupBy: ['tool'] },
  method: 'getMetrics',
  positional: ['name'],
});

export const metricList = defineTool({
  name: 'metric_list',
  group: 'metrics',
  title: 'List metrics',
  text: 'Lists the metrics there are, with their types, units and the names of their tags.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    prefix: z.string().min(1).max(255).optional(),
    limit: limitField,
    cursor: cursorField.optional(),
  }),
  output: z.looseObject({
    metrics: z.array(
      z.looseObject({
        name: z.string(),
        type: metricType,
        unit: z.string().nullable(),
        labelSets: z.int(),
        labelNames: z.array(z.string()),
        lastAt: z.string().nullable(),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
  example: { prefix: 'tool.' },
  method: 'listMetrics',
  positional: ['prefix'],
});
