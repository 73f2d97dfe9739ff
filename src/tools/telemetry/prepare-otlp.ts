import { attributesField, MAX_TEXT_BYTES } from '../../contract/tools/fields.ts';
import { IrisError } from '../../core/errors.ts';
import { isJsonObject, type Json, type JsonObject } from '../json/json.ts';
import { withoutContent, withoutContentWithin } from './left-out-content.ts';
import { fieldsOf } from './map-attributes.ts';
import { importLogs, signalOf } from './otlp/import-logs.ts';
import { importTraces } from './otlp/import-traces.ts';
import type { OtlpFacts, OtlpImport } from './otlp/otlp-event.ts';
import type { PrepareOptions } from './prepare-event.ts';
import { redact } from './redact.ts';

export interface PreparedOtlp extends OtlpImport {
  readonly signal: OtlpFacts['signal'];
}

/**
 * Turns an export in OTLP/JSON into rows that the database takes, without content and without secrets.
 * Throws IRIS_INVALID_ARGUMENT for what is neither spans nor logs.
 */
export function prepareOtlp(given: Json, options: PrepareOptions): PreparedOtlp {
  const signal = signalOf(given);
  if (signal === undefined) {
    throw new IrisError('IRIS_INVALID_ARGUMENT', 'This is no OTLP/JSON of spans or logs', {
      hint: 'It has resourceSpans or resourceLogs at its top.',
    });
  }
  const read = signal === 'trace' ? importTraces(given) : importLogs(given);
  const events = read.events.map((event) => finish(event, options));
  const tooLarge = events.filter((event) => !isWithinLimits(event)).length;
  return {
    signal,
    events: events.filter(isWithinLimits),
    rejected: read.rejected + tooLarge,
    errors: tooLarge === 0 ? read.errors : [...read.errors, 'an event is larger than iris stores'],
  };
}

function finish(event: JsonObject, { caller, capturesContent }: PrepareOptions): JsonObject {
  const attributes = objectIn(event['attributes']);
  const otel = objectIn(event['otel']);
  const said = fieldsOf(attributes);
  const ofResource = fieldsOf(objectIn(objectIn(otel['resource'])['attributes']));
  const agentId = said.agentId ?? ofResource.agentId ?? caller.agentId;
  const sessionId = said.sessionId ?? ofResource.sessionId ?? caller.sessionId;
  return redact({
    // The status of a span, which is in the event already, says more than an attribute.
    ...(said.outcome === undefined ? {} : { outcome: said.outcome }),
    ...event,
    ...(agentId === undefined ? {} : { agentId }),
    ...(sessionId === undefined ? {} : { sessionId }),
    attributes: capturesContent ? attributes : withoutContent(attributes),
    otel: capturesContent ? otel : withoutBody(event, objectIn(withoutContentWithin(otel))),
  });
}

/** The older events of generative AI carry what was said as their body. */
function withoutBody({ event }: JsonObject, otel: JsonObject): JsonObject {
  if (typeof event !== 'string' || !event.startsWith('gen_ai.')) return otel;
  return Object.fromEntries(Object.entries(otel).filter(([key]) => key !== 'body'));
}

function isWithinLimits({ attributes, otel }: JsonObject): boolean {
  const isSmall = Buffer.byteLength(JSON.stringify(otel ?? null)) <= MAX_TEXT_BYTES;
  return isSmall && attributesField.safeParse(attributes).success;
}

function objectIn(value: Json | undefined): JsonObject {
  return isJsonObject(value) ? value : {};
}
