import type { EventInput } from '../../contract/tools/telemetry.ts';
import type { ToolCaller } from '../tool/tool.ts';
import type { Json, JsonObject } from '../json/json.ts';
import { fieldsOf, renameAttributes } from './map-attributes.ts';
import { redact, redactText } from './redact.ts';
import { severityNumber } from './severity.ts';
import { parseTraceparent } from './traceparent.ts';

export interface PrepareOptions {
  readonly caller: ToolCaller;
  /** Whether the content of conversations is kept. */
  readonly capturesContent: boolean;
}

/** What people and models wrote: OpenTelemetry asks for it only where somebody opted in. */
const CONTENT = [
  'gen_ai.input.messages',
  'gen_ai.output.messages',
  'gen_ai.system_instructions',
  'gen_ai.tool.call.arguments',
  'gen_ai.tool.call.result',
  'gen_ai.prompt',
  'gen_ai.completion',
] as const;

/** Turns an event of a caller into the row that the database takes: mapped, without content and without secrets. */
export function prepareEvent(input: EventInput, { caller, capturesContent }: PrepareOptions): JsonObject {
  const { metadata, attributes: given, severity, event, ...own } = input;
  const all = renameAttributes({ ...metadata, ...given });
  const said = fieldsOf(all);
  const attributes = capturesContent ? all : withoutContent(all);
  return withoutUndefined({
    ...own,
    ...placeOf(input, caller),
    traceparent: undefined,
    event: redactText(event),
    kind: own.kind ?? (own.endTime === undefined ? 'event' : 'span'),
    sessionId: own.sessionId ?? said.sessionId ?? caller.sessionId,
    agentId: own.agentId ?? said.agentId ?? caller.agentId,
    durationMs: own.durationMs ?? (own.endTime === undefined ? said.durationMs : undefined),
    outcome: own.outcome ?? said.outcome,
    severity: severity === undefined ? undefined : severityNumber(severity),
    attributes: redact(attributes),
  });
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

/** Leaves out what conversations contain, and says which attributes that were. */
export function withoutContent(attributes: JsonObject): JsonObject {
  const left = CONTENT.filter((name) => attributes[name] !== undefined);
  if (left.length === 0) return attributes;
  const kept = Object.entries(attributes).filter(([key]) => !left.some((name) => name === key));
  return { ...Object.fromEntries(kept), 'iris.content_left_out': [...left] };
}

function withoutUndefined(fields: Readonly<Record<string, Json | undefined>>): JsonObject {
  const entries = Object.entries(fields).flatMap(([key, value]) =>
    value === undefined ? [] : [[key, value] as const],
  );
  return Object.fromEntries(entries);
}
