import type { EventInput } from '../../contract/tools/telemetry.ts';
import type { ToolCaller } from '../tool/tool.ts';
import type { Json, JsonObject } from '../json/json.ts';
import { fieldsOf, renameAttributes } from './map-attributes.ts';
import { withoutContent } from './left-out-content.ts';
import { redact } from './redact.ts';
import { severityNumber } from './severity.ts';
import { parseTraceparent } from './traceparent.ts';

export interface PrepareOptions {
  readonly caller: ToolCaller;
  /** Whether the content of conversations is kept. */
  readonly capturesContent: boolean;
}

/** Turns an event of a caller into the row that the database takes: mapped, without content and without secrets. */
export function prepareEvent(input: EventInput, { caller, capturesContent }: PrepareOptions): JsonObject {
  const { metadata, attributes: given, severity, event, ...own } = input;
  const all = renameAttributes({ ...metadata, ...given });
  const said = fieldsOf(all);
  const attributes = capturesContent ? all : withoutContent(all);
  const row = withoutUndefined({
    ...own,
    ...placeOf(input, caller),
    traceparent: undefined,
    event,
    kind: own.kind ?? (own.endTime === undefined ? 'event' : 'span'),
    sessionId: own.sessionId ?? said.sessionId ?? caller.sessionId,
    agentId: own.agentId ?? said.agentId ?? caller.agentId,
    durationMs: own.durationMs ?? (own.endTime === undefined ? said.durationMs : undefined),
    outcome: own.outcome ?? said.outcome,
    severity: severity === undefined ? undefined : severityNumber(severity),
    attributes,
  });
  return redact(row);
}

/** Where in which trace an event stands. The span of another trace is nobody's parent here. */
function placeOf(
  { traceId, parentSpanId, traceparent }: EventInput,
  caller: ToolCaller,
): Readonly<Record<'traceId' | 'parentSpanId', string | undefined>> {
  const parent = traceparent === undefined ? undefined : parseTraceparent(traceparent);
  const isOfParent = parent !== undefined && (traceId ?? parent.traceId) === parent.traceId;
  return {
    traceId: traceId ?? parent?.traceId ?? caller.traceId,
    parentSpanId: parentSpanId ?? (isOfParent ? parent.spanId : undefined),
  };
}

function withoutUndefined(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const entries = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return Object.fromEntries(entries);
}
