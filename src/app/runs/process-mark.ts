import { readFileSync } from 'node:fs';
import type { RunRecord } from '../../contract/run-record.ts';

type ProcessMark = RunRecord['owner'];

/** Where /proc/<pid>/stat has the start of a process, counted from behind its name. */
const START_FIELD = 19;

let ownStart: string | undefined;

/** Marks this process, so that it is not taken for a later one with the same number. */
export function ownMark(isDaemon: boolean): ProcessMark {
  ownStart ??= startOf(process.pid);
  return { pid: process.pid, since: ownStart, isDaemon };
}

/** Tells whether the process that was marked still runs. */
export function isStillThere({ pid, since }: Omit<ProcessMark, 'isDaemon'>): boolean {
  try {
    process.kill(pid, 0);
  } catch {
    return false;
  }
  const found = startOf(pid);
  return found === since || found === '';
}

/** When a process began, in words of the kernel; empty where it does not tell, or where it has ended. */
function startOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return fields[0] === 'Z' || fields[0] === 'X' ? 'ended' : (fields[START_FIELD] ?? '');
  } catch {
    return '';
  }
}
