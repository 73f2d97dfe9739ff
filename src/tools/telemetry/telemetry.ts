import { z } from 'zod';
import { eventInput, telemetryLog, telemetryQuery, telemetryTrace } from '../../contract/tools/telemetry.ts';
import { readBatch } from '../batch/read-batch.ts';
import { implement } from '../tool/tool.ts';
import { renameAttributes } from './map-attributes.ts';
import { prepareEvent } from './prepare-event.ts';
import { severityNumber } from './severity.ts';
import { buildTrace } from './trace/build-trace.ts';
import { traceEvent } from './trace/trace-event.ts';

const logAnswer = z.looseObject({ ids: z.array(z.string()), duplicates: z.int() });
const traceAnswer = z.looseObject({ events: z.array(traceEvent), truncated: z.boolean() });

/** The tools of the group "telemetry". */
export const telemetryTools = [
  implement(telemetryLog, async (input, { store, signal, caller }) => {
    const { events: given, captureContent, idempotencyKey, ...single } = input;
    const { items, rejected } = readBatch(eventInput, given ?? [single]);
    const events = items.map(({ item }) => prepareEvent(item, { caller, capturesContent: captureContent }));
    const answer = logAnswer.parse(
      await store.call('iris_telemetry_log', { events, idempotencyKey }, { signal }),
    );
    const isReplay = answer['duplicate'] === true;
    return {
      ...answer,
      ...(given === undefined ? { id: answer.ids[0] } : {}),
      duplicate: isReplay || (given === undefined && answer.duplicates > 0),
      rejected,
    };
  }),
  implement(telemetryQuery, ({ minSeverity, attributes, ...input }, { store, signal }) =>
    store.call(
      'iris_telemetry_query',
      {
        ...input,
        minSeverity: minSeverity === undefined ? undefined : severityNumber(minSeverity),
        attributes: attributes === undefined ? undefined : renameAttributes(attributes),
      },
      { signal },
    ),
  ),
  implement(telemetryTrace, async ({ traceId }, { store, signal }) => {
    const { events, truncated } = traceAnswer.parse(
      await store.call('iris_telemetry_trace', { traceId }, { signal }),
    );
    return { traceId, ...buildTrace(events), truncated };
  }),
];
