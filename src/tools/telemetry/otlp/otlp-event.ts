import type { Json, JsonObject } from '../../json/json.ts';
import type { ValueTypes } from './any-value.ts';

/** What an event keeps of OTLP beyond its own fields. */
export interface OtlpFacts {
  readonly signal: 'trace' | 'log';
  readonly resource: JsonObject;
  readonly scope: JsonObject;
  /** Fields as they came, of the span or of the log record. */
  readonly record: JsonObject;
  readonly body?: Json;
  readonly types: ValueTypes;
}

/** What could be taken of an export, and what is answered to its sender. */
export interface OtlpImport {
  readonly events: readonly JsonObject[];
  readonly rejected: number;
  /** The reasons, each one once. */
  readonly errors: readonly string[];
}

/** The answer that OTLP asks for. */
export function partialSuccess(
  { rejected, errors }: OtlpImport,
  signal: OtlpFacts['signal'],
): { readonly partialSuccess?: Readonly<Record<string, string>> } {
  if (rejected === 0 && errors.length === 0) return {};
  const count = signal === 'trace' ? 'rejectedSpans' : 'rejectedLogRecords';
  return { partialSuccess: { [count]: String(rejected), errorMessage: errors.join('; ') } };
}
