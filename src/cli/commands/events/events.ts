import { telemetryQuery } from '../../../contract/tools/telemetry.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { printJson, printNothing } from '../../terminal/print.ts';
import { readPages, type ListOptions } from '../../read-pages.ts';
import { renderEvents, type StoredEvent } from '../../render/events.ts';
import { openScreen } from '../../terminal/screen.ts';
import { followEvents } from './follow.ts';
import { toEventQuery, type EventQuery, type EventOptions } from './query.ts';

/** `iris events`: what happened, the newest first; with `--follow`, what happens from now on. */
export async function events(
  name: string | undefined,
  options: EventOptions & ListOptions & { readonly follow?: boolean },
  context: CliContext,
): Promise<void> {
  const query = toEventQuery(name, options);
  if (options.follow === true) return await followEvents(query, options, context);
  const rows = await readEvents(query, options, context);
  if (options.json === true) return printJson(rows);
  if (rows.length > 0) {
    process.stdout.write(renderEvents(rows, openScreen()));
    return;
  }
  const since = options.since ?? '24h';
  printNothing(`no such events since ${since}`, `Look further back with --since 30d, or log one: ${LOG}`);
}

const LOG = `iris tools call telemetry_log -i '{"event":"deploy"}'`;

async function readEvents(
  query: EventQuery,
  options: ListOptions,
  context: CliContext,
): Promise<StoredEvent[]> {
  return await readPages(async (request) => {
    const answer = await askTool(telemetryQuery, { ...query, ...request }, context);
    return { rows: answer.events, nextCursor: answer.nextCursor };
  }, options);
}
