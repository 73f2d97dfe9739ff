import { createHash } from 'node:crypto';
import { isJsonObject, type Json, type JsonObject } from '../../json/json.ts';
import { toAnyValue, toKeyValues, type ValueTypes } from './any-value.ts';
import type { ExportEvent } from './export-event.ts';
import { fromMicros } from './nanos.ts';
import { objectsIn } from './read-groups.ts';

interface Placed {
  readonly resource: JsonObject;
  readonly scope: JsonObject;
  readonly types: ValueTypes;
  readonly record: JsonObject;
}

const OWN_RESOURCE: JsonObject = { attributes: { 'service.name': 'iris' } };
const OWN_SCOPE: JsonObject = { name: 'iris' };
const MICROS_PER_MS = 1000;
const INTERNAL = 1;
const STATUS: Readonly<Record<string, number>> = { success: 1, failure: 2, timeout: 2 };
const TRACE_DIGITS = 32;
const SPAN_DIGITS = 16;

/** Writes the spans among events as OTLP/JSON. */
export function exportTraces(events: readonly ExportEvent[]): JsonObject {
  const spans = events.filter(({ kind }) => kind === 'span').map((event) => place(event, toSpan(event)));
  return { resourceSpans: group(spans, { scopes: 'scopeSpans', records: 'spans' }) };
}

/** Writes the events that are no spans as log records of OTLP/JSON. */
export function exportLogs(events: readonly ExportEvent[]): JsonObject {
  const logs = events.filter(({ kind }) => kind === 'event').map((event) => place(event, toLogRecord(event)));
  return { resourceLogs: group(logs, { scopes: 'scopeLogs', records: 'logRecords' }) };
}

function toSpan(event: ExportEvent): JsonObject {
  const { otel, outcome } = event;
  const code = outcome === undefined || otel?.signal === 'trace' ? undefined : STATUS[outcome];
  const end = event.endMicros ?? event.startMicros + Math.round((event.durationMs ?? 0) * MICROS_PER_MS);
  return {
    // A span that came without a trace makes up one of its own.
    traceId: event.traceId ?? idFrom(event.id, TRACE_DIGITS),
    spanId: event.spanId ?? idFrom(event.id, SPAN_DIGITS),
    ...(event.parentSpanId === undefined ? {} : { parentSpanId: event.parentSpanId }),
    name: event.event,
    ...(otel?.signal === 'trace' ? {} : { kind: INTERNAL }),
    startTimeUnixNano: fromMicros(event.startMicros),
    endTimeUnixNano: fromMicros(end),
    ...attributesOf(event),
    ...(code === undefined ? {} : { status: { code } }),
    // What came from OTLP goes out as it came: exact times, kind, status.
    ...restored(otel?.record ?? {}, typesOf(event)),
  };
}

function toLogRecord(event: ExportEvent): JsonObject {
  const { otel, traceId, spanId, severity } = event;
  return {
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
    ...(severity === undefined ? {} : { severityNumber: severity }),
    ...attributesOf(event),
    ...(otel?.body === undefined ? {} : { body: toAnyValue(otel.body, 'body', typesOf(event)) }),
    ...(otel?.signal === 'log'
      ? {}
      : {
          eventName: event.event,
          timeUnixNano: fromMicros(event.startMicros),
          observedTimeUnixNano: fromMicros(event.receivedMicros ?? event.startMicros),
        }),
    ...restored(otel?.record ?? {}, typesOf(event)),
  };
}

/** Attributes, and for events of iris what it keeps beside them under the names of OpenTelemetry. */
function attributesOf(event: ExportEvent): JsonObject {
  const { otel, sessionId, agentId, outcome, attributes } = event;
  const own: JsonObject =
    otel === undefined || otel === null
      ? {
          ...(sessionId === undefined ? {} : { 'session.id': sessionId }),
          ...(agentId === undefined ? {} : { 'gen_ai.agent.id': agentId }),
          ...(outcome === undefined ? {} : { outcome }),
        }
      : {};
  const list = toKeyValues({ ...own, ...attributes }, 'attributes', typesOf(event));
  return list.length === 0 ? {} : { attributes: list };
}

/** Brings back lists of keys and values in events and links. */
function restored(record: JsonObject, types: ValueTypes): JsonObject {
  const lists = (['events', 'links'] as const).filter((name) => Array.isArray(record[name]));
  const inner = lists.map((name) => [
    name,
    objectsIn(record, name).map((item, i) => restoreItem(item, `${name}/${i}`, types)),
  ]);
  return { ...record, ...Object.fromEntries(inner) };
}

function restoreItem(item: JsonObject, path: string, types: ValueTypes): JsonObject {
  const { linkedTraceId, linkedSpanId, attributes, ...rest } = item;
  const list = isJsonObject(attributes) ? toKeyValues(attributes, path, types) : [];
  return {
    ...rest,
    ...(linkedTraceId === undefined ? {} : { traceId: linkedTraceId }),
    ...(linkedSpanId === undefined ? {} : { spanId: linkedSpanId }),
    ...(list.length === 0 ? {} : { attributes: list }),
  };
}

function place(event: ExportEvent, record: JsonObject): Placed {
  const { otel } = event;
  return {
    resource: otel?.resource ?? OWN_RESOURCE,
    scope: otel?.scope ?? OWN_SCOPE,
    types: typesOf(event),
    record,
  };
}

/** Puts records back under their resources and scopes. */
function group(
  placed: readonly Placed[],
  names: { readonly scopes: string; readonly records: string },
): JsonObject[] {
  return by(placed, ({ resource }) => resource).map((ofResource) => ({
    ...unflatten(ofResource, 'resource'),
    [names.scopes]: by(ofResource, ({ scope }) => scope).map((ofScope) => ({
      ...unflatten(ofScope, 'scope'),
      [names.records]: ofScope.map(({ record }) => record),
    })),
  }));
}

function by(placed: readonly Placed[], keyOf: (one: Placed) => Json): readonly (readonly Placed[])[] {
  const groups = new Map<string, Placed[]>();
  for (const one of placed) {
    const key = JSON.stringify(keyOf(one));
    const members = groups.get(key);
    if (members === undefined) groups.set(key, [one]);
    else members.push(one);
  }
  return [...groups.values()];
}

function unflatten([first]: readonly Placed[], name: 'resource' | 'scope'): JsonObject {
  if (first === undefined) return {};
  const { attributes, schemaUrl, ...rest } = first[name];
  const list = isJsonObject(attributes) ? toKeyValues(attributes, name, first.types) : [];
  return {
    [name]: { ...rest, ...(list.length === 0 ? {} : { attributes: list }) },
    ...(schemaUrl === undefined ? {} : { schemaUrl }),
  };
}

function typesOf({ otel }: ExportEvent): ValueTypes {
  const entries = Object.entries(otel?.types ?? {}).flatMap(([path, type]) =>
    type === 'double' || type === 'int' || type === 'bytes' ? [[path, type] as const] : [],
  );
  return Object.fromEntries(entries);
}

function idFrom(id: string, digits: number): string {
  return createHash('sha256').update(id).digest('hex').slice(0, digits);
}
