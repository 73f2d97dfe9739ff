import type { z } from 'zod';
import { metricsGet } from '../../../contract/tools/metrics.ts';
import { IrisError } from '../../../core/errors.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson, printNothing } from '../../terminal/print.ts';
import { renderBuckets, renderMetrics } from '../../render/metrics.ts';
import { openScreen } from '../../terminal/screen.ts';
import { toChoice } from '../choice.ts';
import { checkMetric } from './check-metric.ts';

export interface MetricsOptions {
  readonly by?: readonly string[];
  readonly tag?: readonly string[];
  readonly since?: string;
  readonly until?: string;
  readonly bucket?: string;
  readonly format?: string;
  readonly json?: boolean;
}

type Query = z.input<typeof metricsGet.input>;

const BUCKETS = ['auto', '1m', '5m', '1h', '1d'] as const;
const FORMATS = ['prometheus', 'openmetrics', 'otlp', 'csv', 'json'] as const;

/** `iris metrics`: counts and percentiles of the metrics, over the whole window or over time. */
export async function metrics(
  name: string | undefined,
  options: MetricsOptions,
  context: CliContext,
): Promise<void> {
  const query = toQuery(name, options);
  const format = options.format === undefined ? 'json' : toChoice('--format', options.format, FORMATS);
  if (format !== 'json') return await printText({ ...query, format }, context);
  const bucket = options.bucket === undefined ? null : toChoice('--bucket', options.bucket, BUCKETS);
  const answer = await askTool(metricsGet, { ...query, bucket }, context);
  const series = answer.series ?? [];
  if (options.json === true || options.format === 'json') return printJson(answer);
  if (series.length === 0) return await printEmpty(name, options, context);
  const screen = openScreen();
  const isDrawn = bucket === null && screen.width !== undefined;
  const trend = isDrawn ? await askTool(metricsGet, { ...query, bucket: 'auto' }, context) : undefined;
  process.stdout.write(
    bucket === null ? renderMetrics(series, trend?.series ?? [], screen) : renderBuckets(series, screen),
  );
  if (answer.approximate) process.stderr.write('iris: percentiles are within 1.1 %\n');
  if (answer.truncated)
    process.stderr.write('iris: there is more than fits: narrow it with a name or --tag\n');
}

function toQuery(name: string | undefined, { by, tag, since, until }: MetricsOptions): Query {
  const isPrefix = name?.endsWith('*') === true;
  return {
    name: isPrefix ? undefined : name,
    prefix: isPrefix && name !== '*' ? name.slice(0, -1) : undefined,
    groupBy: by === undefined ? undefined : [...by],
    tags: tag === undefined ? undefined : Object.fromEntries(tag.map(readTag)),
    since,
    until,
  };
}

function readTag(word: string): readonly [string, string] {
  const at = word.indexOf('=');
  if (at > 0) return [word.slice(0, at), word.slice(at + 1)];
  throw new IrisError('USAGE_INVALID', `--tag ${word}: this has no name and value`, {
    hint: 'Write --tag name=value; --by tells values of a tag apart.',
  });
}

async function printText(query: Query, context: CliContext): Promise<void> {
  const { text = '' } = await askTool(metricsGet, query, context);
  process.stdout.write(text === '' || text.endsWith('\n') ? text : `${text}\n`);
}

async function printEmpty(
  name: string | undefined,
  { since = '24h' }: MetricsOptions,
  context: CliContext,
): Promise<void> {
  const hasAny = await checkMetric(name, context);
  if (hasAny) printNothing(`nothing was recorded since ${since}`, 'Look further back: --since 30d');
  else printNothing('no metrics yet', `Record one: iris tools call metric_record -i '${EXAMPLE}'`);
}

const EXAMPLE = '{"name":"tool.duration","value":12}';
