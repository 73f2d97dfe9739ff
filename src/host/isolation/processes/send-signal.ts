import { readFileSync } from 'node:fs';

/** Sends a signal to a process, or to a group given as a negative number; one that is gone is no error. */
export function sendSignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // Gone already; whoever asked waits for the end, not for the signal.
  }
}

/** Tells whether a process still executes; a zombie does not. */
export function isRunning(pid: number): boolean {
  const state = stateOf(pid);
  return state !== undefined && state !== 'Z' && state !== 'X';
}

/** Tells whether a process can do nothing more until it is continued: stopped, ended, or gone. */
export function isHalted(pid: number): boolean {
  return !isRunning(pid) || stateOf(pid) === 'T';
}

function stateOf(pid: number): string | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name before the state is in parentheses and may itself contain any character.
    return stat.charAt(stat.lastIndexOf(')') + 2);
  } catch {
    return undefined;
  }
}
