import type { Reply } from '../../http/reply.ts';
import { failure } from '../../http/reply.ts';
import type { LogEntry } from '../../logs/logbook.ts';
import type { ControlCall, ControlContext } from '../handler.ts';
import { parseInput } from '../schemas.ts';
import { logsQuery, logsV2Query } from './log-schemas.ts';
import { selectLogs } from './select-logs.ts';

/** GET /sandboxes/:id/logs: the older form, with each line as JSON text and as an entry. */
export function readLogs(context: ControlContext, call: ControlCall): Reply {
  const entries = find(context, call);
  if (!entries) return notFound(call);
  const { start, limit } = parseInput(logsQuery, Object.fromEntries(call.query));
  const found = selectLogs(entries, { cursor: start, limit, direction: 'forward', level: 'debug' });
  return {
    status: 200,
    body: {
      logs: found.map((entry) => ({ timestamp: timestampOf(entry), line: lineOf(entry) })),
      logEntries: found.map(toEntry),
    },
  };
}

/** GET /v2/sandboxes/:id/logs: entries from a moment on, forwards or backwards. */
export function readLogsV2(context: ControlContext, call: ControlCall): Reply {
  const entries = find(context, call);
  if (!entries) return notFound(call);
  const query = parseInput(logsV2Query, Object.fromEntries(call.query));
  return { status: 200, body: { logs: selectLogs(entries, query).map(toEntry) } };
}

function find(context: ControlContext, call: ControlCall): readonly LogEntry[] | undefined {
  return context.logbook.read(call.params['id'] ?? '');
}

function notFound(call: ControlCall): Reply {
  return failure(404, `Sandbox "${call.params['id'] ?? ''}" does not exist`);
}

function toEntry(entry: LogEntry): Readonly<Record<string, unknown>> {
  const { level, message, fields } = entry;
  return { timestamp: timestampOf(entry), level, message, fields };
}

function lineOf(entry: LogEntry): string {
  return JSON.stringify({ level: entry.level, message: entry.message, ...entry.fields });
}

function timestampOf(entry: LogEntry): string {
  return new Date(entry.atMs).toISOString();
}
