import { readFile, readlink } from 'node:fs/promises';
import type { Cgroups } from './sandbox-cgroup.ts';

/** A group's name tells whose it is: the namespace, number and start of the process that made it. */
export async function groupName(sandboxId: string): Promise<string> {
  return `iris-${await namespaceOf('self')}-${process.pid}-${await startOf(process.pid)}-${sandboxId}`;
}

/** Removes the groups of processes that are gone, with whatever still runs in them. */
export async function removeLeftovers(cgroups: Cgroups): Promise<void> {
  const ownNamespace = await namespaceOf('self');
  for (const name of await cgroups.list()) {
    const [, namespace, pid = '', start] = name.split('-');
    // A number means nothing in another namespace.
    if (namespace !== ownNamespace || (await startOf(Number(pid))) === start) continue;
    await cgroups.open(name).remove();
  }
}

async function namespaceOf(pid: string): Promise<string> {
  const link = await readlink(`/proc/${pid}/ns/pid`).catch(() => '');
  return /\d+/.exec(link)?.[0] ?? '0';
}

/** When a process started, in ticks since boot; empty when there is none. */
async function startOf(pid: number): Promise<string> {
  const stat = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  // The name in parentheses may contain anything; the state is the first field after it.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  return fields[19] ?? '';
}
