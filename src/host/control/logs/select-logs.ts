import type { LogEntry, LogLevel } from '../../logs/logbook.ts';

const LEVELS: readonly LogLevel[] = ['debug', 'info', 'warn', 'error'];

interface LogSelection {
  readonly cursor?: number | undefined;
  readonly limit: number;
  readonly direction: 'forward' | 'backward';
  /** The lowest level that is wanted. */
  readonly level: LogLevel;
  readonly search?: string | undefined;
}

/** Picks lines from the cursor on: forwards oldest first, backwards newest first. */
export function selectLogs(entries: readonly LogEntry[], selection: LogSelection): LogEntry[] {
  const { cursor, limit, direction, level, search = '' } = selection;
  const isForward = direction === 'forward';
  const wanted = entries
    .filter((entry) => LEVELS.indexOf(entry.level) >= LEVELS.indexOf(level))
    .filter((entry) => entry.message.includes(search))
    .filter((entry) => cursor === undefined || (isForward ? entry.atMs >= cursor : entry.atMs <= cursor));
  return (isForward ? wanted : wanted.toReversed()).slice(0, limit);
}
