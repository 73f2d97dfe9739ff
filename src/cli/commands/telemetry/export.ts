import { askDaemon } from '../../ask-daemon.ts';
import { storeContext } from '../../../contract/caller-context.ts';
import type { CliContext } from '../../context.ts';
import { openOutput } from '../../terminal/open-output.ts';
import { toChoice } from '../choice.ts';
import { toEventQuery, type EventOptions } from '../events/query.ts';

/** All there is, unless the caller narrows it: an export that leaves out most of it would be a trap. */
const FROM_THE_BEGINNING = '1970-01-01T00:00:00Z';

/** `iris telemetry export`: events as OTLP/JSON, a document a line, as OpenTelemetry's collector reads them. */
export async function telemetryExport(
  file: string | undefined,
  options: EventOptions & { readonly event?: string; readonly format: string },
  context: CliContext,
): Promise<void> {
  toChoice('--format', options.format, ['otlp-json']);
  const query = { ...toEventQuery(options.event, options), since: options.since ?? FROM_THE_BEGINNING };
  const output = await openOutput(file);
  const params = { ...storeContext(process.env, process.cwd()), query };
  // The bytes lie in a buffer that is used again.
  const write = (bytes: Buffer): void => void output.stream.write(Buffer.from(bytes));
  const { documents } = await askDaemon('telemetry.export', params, context.distDir, write);
  await output.close();
  if (documents === 0)
    process.stderr.write('iris: no such events\n  See those there are: iris events --since 365d\n');
  else process.stderr.write(`iris: ${documents} documents exported\n`);
}
