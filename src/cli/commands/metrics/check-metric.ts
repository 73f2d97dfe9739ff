import { metricList } from '../../../contract/tools/metrics.ts';
import { IrisError } from '../../../core/errors.ts';
import { suggest } from '../../../core/suggest.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';

/** Tells whether there are any metrics. Throws IRIS_NOT_FOUND, with the nearest, for a name that there is none of. */
export async function checkMetric(name: string | undefined, context: CliContext): Promise<boolean> {
  const { metrics } = await askTool(metricList, { limit: 1000 }, context);
  const names = metrics.map((metric) => metric.name);
  const isFound = name === undefined || name.endsWith('*') || names.includes(name);
  if (isFound || names.length === 0) return names.length > 0;
  const near = suggest(name, names);
  throw new IrisError('IRIS_NOT_FOUND', `There is no metric "${name}"`, {
    hint: near === undefined ? 'List them: iris metrics --since 365d' : `Did you mean ${near}?`,
  });
}
