import { lstat, readlink } from 'node:fs/promises';
import { errnoOf } from '../../../core/errors.ts';
import { findCgroups } from '../cgroup/find-cgroups.ts';
import type { Cgroups } from '../cgroup/sandbox-cgroup.ts';
import { findTools, type Tools } from './find-tools.ts';
import { seccompFilter } from '../seccomp/seccomp-filter.ts';
import { syscallNumbers, type SyscallNumbers } from '../seccomp/syscall-numbers.ts';

/** A name in `/` besides /usr: a link into /usr on merged systems, else a folder of its own. */
export interface RootEntry {
  readonly name: string;
  /** Where the link points, or undefined for a folder. */
  readonly target: string | undefined;
}

/** What the launchers know of this host; read once, because it does not change while iris runs. */
export interface Machine {
  readonly tools: Tools;
  readonly rootEntries: readonly RootEntry[];
  /** undefined where iris has no system call filter for this processor. */
  readonly numbers: SyscallNumbers | undefined;
  readonly filter: Buffer;
  /** Where limits for whole sandboxes can be set; undefined where that is nowhere. */
  readonly cgroups: Cgroups | undefined;
  readonly isRoot: boolean;
  readonly nodeFile: string;
}

const ROOT_NAMES = ['bin', 'sbin', 'lib', 'lib32', 'lib64', 'libx32'] as const;

/** Reads what the launchers need to know of this host. */
export async function readMachine(nodeFile: string): Promise<Machine> {
  const [tools, rootEntries, cgroups] = await Promise.all([findTools(), readRootEntries(), findCgroups()]);
  const numbers = syscallNumbers(process.arch);
  return {
    tools,
    rootEntries,
    numbers,
    filter: numbers === undefined ? Buffer.alloc(0) : seccompFilter(numbers),
    cgroups,
    isRoot: process.getuid?.() === 0,
    nodeFile,
  };
}

async function readRootEntries(): Promise<readonly RootEntry[]> {
  const entries = await Promise.all(ROOT_NAMES.map(readRootEntry));
  return entries.filter((entry) => entry !== undefined);
}

async function readRootEntry(name: string): Promise<RootEntry | undefined> {
  try {
    const stats = await lstat(`/${name}`);
    return { name, target: stats.isSymbolicLink() ? await readlink(`/${name}`) : undefined };
  } catch (error) {
    if (errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
