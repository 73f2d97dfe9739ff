import { existsSync, fstatSync, readFileSync, readlinkSync } from 'node:fs';

/**
 * Tells whether a stream of this process is the log of the job, and neither a file nor a pipe to another program: it is
 * what the first process of the step writes to, which `marker` (a variable that each step has a value of its own in)
 * tells from what started it. Where there is no /proc to look at, whatever is no file counts.
 */
export function isJobLog(descriptor: 1 | 2, marker: string, env: NodeJS.ProcessEnv): boolean {
  try {
    if (fstatSync(descriptor).isFile()) return false;
    if (!existsSync('/proc/self/environ')) return true;
    const first = firstOfStep(`${marker}=${env[marker] ?? ''}`);
    return first !== undefined && streamOf(first, descriptor) === streamOf('self', descriptor);
  } catch {
    return false;
  }
}

/** The outermost process above this one that was started with this entry in its environment. */
function firstOfStep(entry: string): number | undefined {
  let first: number | undefined;
  for (let pid = process.ppid; pid > 1; pid = parentOf(pid)) {
    if (!environmentOf(pid).includes(entry)) break;
    first = pid;
  }
  return first;
}

function environmentOf(pid: number): string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

function parentOf(pid: number): number {
  const [, parent = '0'] = /^PPid:\t(\d+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return Number(parent);
}

function streamOf(pid: number | 'self', descriptor: number): string {
  return readlinkSync(`/proc/${pid}/fd/${descriptor}`);
}
