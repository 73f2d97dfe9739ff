import { askDaemon } from '../../ask-daemon.ts';
import { storeContext } from '../../../contract/caller-context.ts';
import type { CliContext } from '../../context.ts';
import { printJson } from '../../terminal/print.ts';
import { readText } from '../../terminal/read-text.ts';
import { toChoice } from '../choice.ts';
import { readDocuments } from './read-documents.ts';
import { splitOtlp } from './split-otlp.ts';

export interface TelemetryImportOptions {
  readonly format: string;
  readonly captureContent?: boolean;
  readonly json?: boolean;
}

const HINT = 'Name a file, or pipe it in: iris telemetry import < traces.json';

/** `iris telemetry import`: spans and log records of OpenTelemetry as events; the same again changes nothing. */
export async function telemetryImport(
  file: string | undefined,
  options: TelemetryImportOptions,
  context: CliContext,
): Promise<void> {
  toChoice('--format', options.format, ['otlp-json']);
  const name = file === undefined || file === '-' ? 'standard input' : file;
  const documents = readDocuments(await readText(file ?? '-', HINT), name);
  const total = { accepted: 0, duplicates: 0, rejected: 0 };
  const caller = storeContext(process.env, process.cwd());
  const capturesContent = options.captureContent === true;
  for (const document of documents.flatMap((one) => splitOtlp(one.document))) {
    const params = { ...caller, document, capturesContent };
    const receipt = await askDaemon('telemetry.import', params, context.distDir);
    total.accepted += receipt.accepted;
    total.duplicates += receipt.duplicates;
    total.rejected += receipt.rejected;
  }
  if (options.json === true) return printJson(total);
  const { accepted, duplicates, rejected } = total;
  process.stderr.write(
    `iris: ${accepted} events imported, ${duplicates} were there already, ${rejected} rejected\n`,
  );
}
