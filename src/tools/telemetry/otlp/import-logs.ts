import { isJsonObject, type Json, type JsonObject } from '../../json/json.ts';
import { fromAnyValue, fromKeyValues } from './any-value.ts';
import { readNanos, toMicros } from './nanos.ts';
import type { OtlpFacts, OtlpImport } from './otlp-event.ts';
import { readHexId, stableUuid } from './otlp-ids.ts';
import { readGroups, type OtlpRecord } from './read-groups.ts';

const NAMES = { resources: 'resourceLogs', scopes: 'scopeLogs', records: 'logRecords' } as const;
const TRACE_BYTES = 16;
const SPAN_BYTES = 8;
const MAX_NAME = 200;
const MAX_SEVERITY = 24;
/** What a record without a name of an event is called. */
const UNNAMED = 'log';
const OWN_FIELDS = new Set(['traceId', 'spanId', 'attributes', 'body']);

/** Reads an export of logs and events in OTLP/JSON. Every record is taken; one sent twice has the same id. */
export function importLogs(given: Json): OtlpImport {
  const records = readGroups(given, NAMES);
  const seen = new Map<string, number>();
  const events = records.map((record) => {
    // Equal lines of one export are several events.
    const text = JSON.stringify([record.resource, record.scope, record.record]);
    const number = seen.get(text) ?? 0;
    seen.set(text, number + 1);
    return toEvent(record, stableUuid('log', text, String(number)));
  });
  return { events, rejected: 0, errors: [] };
}

function toEvent({ record, resource, scope, types }: OtlpRecord, id: string): JsonObject {
  const attributes = fromKeyValues(record['attributes'], 'attributes');
  const body = record['body'] === undefined ? undefined : fromAnyValue(record['body'], 'body');
  const at = readNanos(record['timeUnixNano']) ?? readNanos(record['observedTimeUnixNano']);
  const traceId = readHexId(record['traceId'], TRACE_BYTES);
  const spanId = readHexId(record['spanId'], SPAN_BYTES);
  const { severityNumber: severity } = record;
  const isSeverity = typeof severity === 'number' && severity >= 1 && severity <= MAX_SEVERITY;
  const facts: OtlpFacts = {
    signal: 'log',
    resource,
    scope,
    record: fieldsOf(record),
    ...(body === undefined ? {} : { body: body.value }),
    types: { ...types, ...attributes.types, ...body?.types },
  };
  return {
    id,
    kind: 'event',
    event: nameOf(record, attributes.value),
    ...(at === undefined ? {} : { startMicros: toMicros(at) }),
    ...(traceId === undefined ? {} : { traceId }),
    ...(spanId === undefined ? {} : { spanId }),
    ...(isSeverity ? { severity: Math.trunc(severity) } : {}),
    attributes: attributes.value,
    otel: { ...facts },
  };
}

function nameOf(record: JsonObject, attributes: JsonObject): string {
  const named = [record['eventName'], attributes['event.name']];
  const name = named.find((one) => typeof one === 'string' && one !== '');
  return typeof name === 'string' ? name.slice(0, MAX_NAME) : UNNAMED;
}

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

/** Tells which of the two an export is, by what stands at its top. */
export function signalOf(given: Json): 'trace' | 'log' | undefined {
  if (!isJsonObject(given)) return undefined;
  if (Array.isArray(given['resourceSpans'])) return 'trace';
  return Array.isArray(given['resourceLogs']) ? 'log' : undefined;
}
