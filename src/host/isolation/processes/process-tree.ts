import { readFileSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';

/** The processes that `pid`'s first thread has started and that still live; empty where Linux does not tell. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return parsePids(readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8'));
  } catch {
    return [];
  }
}

/** `pid` and every process below it. */
export async function processTree(pid: number): Promise<readonly number[]> {
  const below = await Promise.all((await childrenOfAllThreads(pid)).map(processTree));
  return [pid, ...below.flat()];
}

/** The memory that these processes hold for themselves: anonymous and shared pages, but no mapped files. */
export async function residentBytes(pids: readonly number[]): Promise<number> {
  const each = await Promise.all(pids.map(residentBytesOf));
  return each.reduce((sum, bytes) => sum + bytes, 0);
}

async function childrenOfAllThreads(pid: number): Promise<readonly number[]> {
  const threads = await readdir(`/proc/${pid}/task`).catch(() => []);
  const lists = await Promise.all(
    threads.map((thread) => readFile(`/proc/${pid}/task/${thread}/children`, 'utf8').catch(() => '')),
  );
  return lists.flatMap(parsePids);
}

async function residentBytesOf(pid: number): Promise<number> {
  const status = await readFile(`/proc/${pid}/status`, 'utf8').catch(() => '');
  const kibibytes = [...status.matchAll(/^Rss(?:Anon|Shmem):\s+(\d+) kB$/gm)].map((match) =>
    Number(match[1]),
  );
  return kibibytes.reduce((sum, count) => sum + count * 1024, 0);
}

function parsePids(text: string): readonly number[] {
  return text.split(' ').filter(Boolean).map(Number);
}
