import { z } from 'zod';
import type { Store } from '../../store/port/store.ts';
import type { Json, JsonObject } from '../json/json.ts';
import { exportEvent, type ExportEvent } from './otlp/export-event.ts';
import { exportLogs, exportTraces } from './otlp/export-otlp.ts';
import { partialSuccess } from './otlp/otlp-event.ts';
import type { PrepareOptions } from './prepare-event.ts';
import { prepareOtlp } from './prepare-otlp.ts';

export interface TransferOptions {
  readonly store: Store;
  readonly signal?: AbortSignal | undefined;
}

export interface OtlpReceipt {
  readonly accepted: number;
  readonly duplicates: number;
  readonly rejected: number;
  /** What is answered to a sender over HTTP. */
  readonly answer: ReturnType<typeof partialSuccess>;
}

const BATCH = 500;
const PAGE = 1000;
const logAnswer = z.looseObject({ accepted: z.int(), duplicates: z.int() });
const page = z.looseObject({ events: z.array(exportEvent), nextCursor: z.string().nullable() });

/** Stores an export in OTLP/JSON; the same one again changes nothing. Throws IRIS_INVALID_ARGUMENT for anything else. */
export async function storeOtlp(
  given: Json,
  prepare: PrepareOptions,
  { store, signal }: TransferOptions,
): Promise<OtlpReceipt> {
  const prepared = prepareOtlp(given, prepare);
  let accepted = 0;
  let duplicates = 0;
  for (let from = 0; from < prepared.events.length; from += BATCH) {
    const events = prepared.events.slice(from, from + BATCH);
    // One after the other: the database has one writer.
    const answer = logAnswer.parse(await store.call('iris_telemetry_log', { events }, { signal }));
    accepted += answer.accepted;
    duplicates += answer.duplicates;
  }
  return {
    accepted,
    duplicates,
    rejected: prepared.rejected,
    answer: partialSuccess(prepared, prepared.signal),
  };
}

/** Reads events, as telemetry_query would find them, page by page as OTLP/JSON: spans and log records apart. */
export async function* readOtlp(
  query: Readonly<Record<string, unknown>>,
  { store, signal }: TransferOptions,
): AsyncGenerator<{ readonly traces: JsonObject; readonly logs: JsonObject }> {
  let cursor: string | null = null;
  do {
    const input: Readonly<Record<string, unknown>> = {
      order: 'asc',
      ...query,
      limit: PAGE,
      exact: true,
      ...(cursor === null ? {} : { cursor }),
    };
    const { events, nextCursor }: { events: ExportEvent[]; nextCursor: string | null } = page.parse(
      await store.call('iris_telemetry_query', input, { signal }),
    );
    yield { traces: exportTraces(events), logs: exportLogs(events) };
    cursor = nextCursor;
  } while (cursor !== null);
}
