import { setTimeout as pause } from 'node:timers/promises';
import { telemetryQuery } from '../../../contract/tools/telemetry.ts';
import { askTool } from '../../ask-tool.ts';
import type { CliContext } from '../../context.ts';
import { renderEventLine, type StoredEvent } from '../../render/events.ts';
import { openScreen } from '../../terminal/screen.ts';
import type { EventQuery } from './query.ts';

const POLL_MS = 1000;
/** Events that arrive late are still found when they are no older than this. */
const OVERLAP_MS = 10_000;

/** Prints events as they come in, until Ctrl-C or until nobody reads any more. */
export async function followEvents(
  query: EventQuery,
  { json }: { readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  let seen: ReadonlySet<string> = new Set();
  let since = query.since ?? new Date().toISOString();
  for (;;) {
    const found = await readFrom({ ...query, since }, context);
    const screen = openScreen();
    for (const event of found.filter(({ id }) => !seen.has(id))) {
      process.stdout.write(json === true ? `${JSON.stringify(event)}\n` : renderEventLine(event, screen));
    }
    if (found.length > 0) seen = new Set(found.map(({ id }) => id));
    since = overlapping(found) ?? since;
    await pause(POLL_MS);
  }
}

async function readFrom(query: EventQuery, context: CliContext): Promise<StoredEvent[]> {
  const found: StoredEvent[] = [];
  let cursor: string | undefined;
  do {
    const page = await askTool(telemetryQuery, { ...query, order: 'asc', limit: 1000, cursor }, context);
    found.push(...page.events);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

/** Where the next look begins: a little before the newest event, for those that arrive out of order. */
function overlapping(found: readonly StoredEvent[]): string | undefined {
  const newest = found.at(-1);
  return newest === undefined ? undefined : new Date(Date.parse(newest.timestamp) - OVERLAP_MS).toISOString();
}
