import type { z } from 'zod';
import type { telemetryQuery } from '../../contract/tools/telemetry.ts';
import { formatNumber } from './figures.ts';
import { cutText } from './cut-text.ts';
import { formatAgo } from './moment.ts';
import { oneLine } from './plain-text.ts';
import type { Screen } from './screen.ts';
import { renderTable } from './table.ts';

export type StoredEvent = z.output<typeof telemetryQuery.output>['events'][number];

/** A line for each event. */
export function renderEvents(events: readonly StoredEvent[], screen: Screen): string {
  const columns = [
    { title: 'AGE', align: 'right' } as const,
    { title: 'EVENT', isCut: true },
    { title: 'OUTCOME', paint: (text: string) => paintOutcome(text, screen) },
    { title: 'TOOK', align: 'right' } as const,
    { title: 'SESSION', isCut: true },
    { title: 'AGENT', isCut: true },
    { title: 'ATTRIBUTES', isCut: true },
  ];
  const rows = events.map((event) => [
    formatAgo(event.timestamp, screen),
    event.event,
    event.outcome ?? '-',
    formatDuration(event.durationMs),
    event.sessionId ?? '-',
    event.agentId ?? '-',
    formatAttributes(event.attributes) || '-',
  ]);
  return renderTable(columns, rows, screen);
}

/** One event as a line of a log, which does not know the lines that follow it. */
export function renderEventLine(event: StoredEvent, screen: Screen): string {
  const place = [event.sessionId, event.agentId].filter((word) => typeof word === 'string');
  const words = [
    event.event,
    event.outcome ?? '',
    typeof event.durationMs === 'number' ? formatDuration(event.durationMs) : '',
    place.length === 0 ? '' : `[${place.join(' ')}]`,
    formatAttributes(event.attributes),
  ];
  const { time, room } = timeAndRoom(event, screen);
  const line = oneLine(words.filter((word) => word !== '').join('  '));
  return `${screen.paint.dim(time)}  ${cutText(line, room)}\n`;
}

function timeAndRoom({ timestamp }: StoredEvent, { width }: Screen): { time: string; room: number } {
  const time = oneLine(timestamp);
  return { time, room: width === undefined ? Infinity : width - time.length - 2 };
}

function formatDuration(ms: number | null | undefined): string {
  if (typeof ms !== 'number') return '-';
  return ms < 1000 ? `${formatNumber(ms)}ms` : `${formatNumber(ms / 1000)}s`;
}

function formatAttributes(attributes: Readonly<Record<string, unknown>>): string {
  const words = Object.entries(attributes).map(
    ([key, value]) => `${key}=${typeof value === 'string' ? value : JSON.stringify(value)}`,
  );
  return words.join(' ');
}

function paintOutcome(text: string, { paint }: Screen): string {
  if (text === 'success') return paint.green(text);
  return text === 'failure' || text === 'timeout' ? paint.red(text) : text;
}
