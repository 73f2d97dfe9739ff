import type {
  CallerContext,
  OtlpReceipt,
  TelemetryExportParams,
  TelemetryImportParams,
} from '../contract/daemon-wire.ts';
import type { Json } from '../tools/json/json.ts';
import type { Loaded } from './loaded.ts';
import type { Stores } from './stores.ts';

/** What `iris telemetry` does with the events of a caller. */
export interface TelemetryDoor {
  /** Stores one document of OTLP/JSON; what is there already stays as it is. */
  importOtlp(
    params: TelemetryImportParams & { readonly document: Json },
    signal: AbortSignal,
  ): Promise<OtlpReceipt>;
  /** Reads events as documents of OTLP/JSON, each of spans or of log records. */
  exportOtlp(params: TelemetryExportParams, signal: AbortSignal): AsyncGenerator<object, void>;
}

export interface TelemetryDoorOptions {
  readonly stores: Stores;
  readonly load: (caller: CallerContext) => Promise<Loaded>;
}

/** Opens the door for telemetry in the form that OpenTelemetry has. */
export function openTelemetryDoor({ stores, load }: TelemetryDoorOptions): TelemetryDoor {
  return {
    importOtlp: async ({ document, capturesContent, ...caller }, signal) => {
      const [{ storeOtlp }, store] = await Promise.all([
        import('../tools/telemetry/transfer-otlp.ts'),
        stores.open(await load(caller)),
      ]);
      const receipt = await storeOtlp(document, { caller: {}, capturesContent }, { store, signal });
      const { accepted, duplicates, rejected } = receipt;
      return { accepted, duplicates, rejected };
    },
    async *exportOtlp({ query, ...caller }, signal) {
      const [{ readOtlp }, { parseEventQuery }, store] = await Promise.all([
        import('../tools/telemetry/transfer-otlp.ts'),
        import('../tools/telemetry/parse-event-query.ts'),
        stores.open(await load(caller)),
      ]);
      for await (const { traces, logs } of readOtlp(parseEventQuery(query), { store, signal })) {
        if (hasRows(traces['resourceSpans'])) yield traces;
        if (hasRows(logs['resourceLogs'])) yield logs;
      }
    },
  };
}

function hasRows(groups: Json | undefined): boolean {
  return Array.isArray(groups) && groups.length > 0;
}
