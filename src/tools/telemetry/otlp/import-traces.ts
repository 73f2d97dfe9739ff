import { isJsonObject, type Json, type JsonObject } from '../../json/json.ts';
import { fromKeyValues, type ValueTypes } from './any-value.ts';
import { readNanos, toMicros } from './nanos.ts';
import type { OtlpFacts, OtlpImport } from './otlp-event.ts';
import { readHexId, stableUuid } from './otlp-ids.ts';
import { objectsIn, readGroups, type OtlpRecord } from './read-groups.ts';

const NAMES = { resources: 'resourceSpans', scopes: 'scopeSpans', records: 'spans' } as const;
const TRACE_BYTES = 16;
const SPAN_BYTES = 8;
const MAX_NAME = 200;
const STATUS_OK = 1;
const STATUS_ERROR = 2;
/** Fields of a span that the event has itself. */
const OWN_FIELDS = new Set(['traceId', 'spanId', 'parentSpanId', 'attributes', 'events', 'links']);

/** Reads an export of spans in OTLP/JSON. Spans without ids or times are rejected, and counted. */
export function importTraces(given: Json): OtlpImport {
  const read = readGroups(given, NAMES).map(toEvent);
  const errors = read.flatMap((one) => (typeof one === 'string' ? [one] : []));
  return {
    events: read.flatMap((one) => (typeof one === 'string' ? [] : [one])),
    rejected: errors.length,
    errors: [...new Set(errors)],
  };
}

/** The event, or why there is none. */
function toEvent({ record, resource, scope, types }: OtlpRecord): JsonObject | string {
  const traceId = readHexId(record['traceId'], TRACE_BYTES);
  const spanId = readHexId(record['spanId'], SPAN_BYTES);
  if (traceId === undefined || spanId === undefined)
    return 'a span needs a traceId and a spanId that are not zero';
  const start = readNanos(record['startTimeUnixNano']);
  const end = readNanos(record['endTimeUnixNano']);
  if (start === undefined || end === undefined) return 'a span needs startTimeUnixNano and endTimeUnixNano';
  const { name } = record;
  if (typeof name !== 'string' || name === '') return 'a span needs a name';
  const attributes = fromKeyValues(record['attributes'], 'attributes');
  const inner = innerOf(record);
  const parentSpanId = readHexId(record['parentSpanId'], SPAN_BYTES);
  const facts: OtlpFacts = {
    signal: 'trace',
    resource,
    scope,
    record: { ...fieldsOf(record), ...inner.value },
    types: { ...types, ...attributes.types, ...inner.types },
  };
  return {
    id: stableUuid('span', traceId, spanId),
    kind: 'span',
    event: name.slice(0, MAX_NAME),
    startMicros: toMicros(start),
    endMicros: Math.max(toMicros(end), toMicros(start)),
    traceId,
    spanId,
    ...(parentSpanId === undefined ? {} : { parentSpanId }),
    ...outcomeOf(record['status']),
    attributes: attributes.value,
    otel: { ...facts },
  };
}

/** The status, the kind, the exact times and whatever else came. */
function fieldsOf(record: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(record)
      .filter(([key]) => !OWN_FIELDS.has(key))
      // A number of nanoseconds would lose digits in a database, or in a reader.
      .map(([key, value]) => [
        key,
        key.endsWith('UnixNano') ? (readNanos(value)?.toString() ?? value) : value,
      ]),
  );
}

/** Events and links within a span, their attributes as plain JSON. */
function innerOf(record: JsonObject): { readonly value: JsonObject; readonly types: ValueTypes } {
  const lists = (['events', 'links'] as const).map((name) => {
    const items = objectsIn(record, name).map((item, i) => {
      const attributes = fromKeyValues(item['attributes'], `${name}/${i}`);
      return {
        item: { ...fieldsOf(idsInLowerCase(item)), attributes: attributes.value },
        types: attributes.types,
      };
    });
    return { name, items };
  });
  const present = lists.filter(({ items }) => items.length > 0);
  return {
    value: Object.fromEntries(present.map(({ name, items }) => [name, items.map(({ item }) => item)])),
    types: Object.fromEntries(
      present.flatMap(({ items }) => items.flatMap(({ types }) => Object.entries(types))),
    ),
  };
}

/** Under names of their own, since those of a span belong to the event. */
function idsInLowerCase(item: JsonObject): JsonObject {
  const { traceId, spanId } = item;
  return {
    ...item,
    ...(typeof traceId === 'string' ? { linkedTraceId: traceId.toLowerCase() } : {}),
    ...(typeof spanId === 'string' ? { linkedSpanId: spanId.toLowerCase() } : {}),
  };
}

function outcomeOf(status: Json | undefined): { readonly outcome?: 'success' | 'failure' } {
  const code = isJsonObject(status) ? status['code'] : undefined;
  if (code === STATUS_ERROR) return { outcome: 'failure' };
  return code === STATUS_OK ? { outcome: 'success' } : {};
}
