import { z } from 'zod';
import { metricList, metricRecord, metricsGet, pointInput } from '../../contract/tools/metrics.ts';
import { readBatch } from '../batch/read-batch.ts';
import { implement } from '../tool/tool.ts';
import { readMetrics } from './read-metrics.ts';
import { toRow } from './to-row.ts';

const rejection = z.object({ index: z.int(), code: z.string(), message: z.string() });
const recordAnswer = z.looseObject({
  ids: z.array(z.string()),
  duplicates: z.int(),
  rejected: z.array(rejection),
  overflowed: z.array(z.string()),
});

/** The tools of the group "metrics". */
export const metricTools = [
  implement(metricRecord, async (input, { store, signal, caller }) => {
    const { points: given, idempotencyKey, ...single } = input;
    const { items, rejected } = readBatch(pointInput, given ?? [single]);
    const { overflowed, ...answer } = recordAnswer.parse(
      await store.call(
        'iris_metric_record',
        { points: items.map(({ item }) => toRow(item)), strict: given === undefined, idempotencyKey, caller },
        { signal },
      ),
    );
    const refused = answer.rejected.map((one) => ({ ...one, index: items[one.index]?.index ?? one.index }));
    return {
      ...answer,
      ...(given === undefined ? { id: answer.ids[0] } : {}),
      duplicate: answer['duplicate'] === true || (given === undefined && answer.duplicates > 0),
      rejected: [...rejected, ...refused].toSorted((one, other) => one.index - other.index),
      warnings: overflowed.map(
        (name) =>
          `${name} has more than 2000 sets of tags; the others are counted as otel.metric.overflow=true`,
      ),
    };
  }),
  implement(metricsGet, async (input, { store, signal }) =>
    readMetrics(input, (query) => store.call('iris_metrics_get', query, { signal })),
  ),
  implement(metricList, (input, { store, signal }) =>
    store.call('iris_metric_list', { ...input }, { signal }),
  ),
];
