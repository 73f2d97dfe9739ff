import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../../core/errors.ts';
import { awaitControl, readControl, removeGroup, sumLines, writeControl } from './cgroup-files.ts';
import type { CgroupLimits, Cgroups, SandboxCgroup } from './sandbox-cgroup.ts';

/** Where each controller lets this process make groups; only memory is a must. */
export interface V1Places {
  readonly memory: string;
  readonly pids?: string | undefined;
  readonly freezer?: string | undefined;
}

/** Control groups of the first version: one tree for each controller. */
export function cgroupsV1(places: V1Places): Cgroups {
  return {
    version: 1,
    open: (name) => toGroup(foldersOf(places, name)),
    list: async () => (await readdir(places.memory)).filter((name) => name.startsWith('iris-')),
    create: async (name, limits) => {
      const folders = foldersOf(places, name);
      const group = toGroup(folders);
      try {
        for (const folder of Object.values(folders)) if (folder !== undefined) await mkdir(folder);
        await limit(folders, limits);
        return group;
      } catch (error) {
        // A group of this name that was there already is somebody's.
        if (errnoOf(error) !== 'EEXIST') await group.remove();
        throw error;
      }
    },
  };
}

function foldersOf({ memory, pids, freezer }: V1Places, name: string): V1Places {
  return {
    memory: join(memory, name),
    pids: pids && join(pids, name),
    freezer: freezer && join(freezer, name),
  };
}

async function limit({ memory, pids }: V1Places, { memoryBytes, maxThreads }: CgroupLimits): Promise<void> {
  await writeControl(memory, 'memory.limit_in_bytes', memoryBytes);
  // Swap is accounted only where the kernel was told to.
  await writeControl(memory, 'memory.memsw.limit_in_bytes', memoryBytes).catch(() => undefined);
  if (pids !== undefined) await writeControl(pids, 'pids.max', maxThreads);
}

function toGroup(folders: V1Places): SandboxCgroup {
  const { memory, freezer } = folders;
  const all = Object.values(folders).filter((folder) => folder !== undefined);
  const setState = async (state: 'FROZEN' | 'THAWED'): Promise<void> => {
    if (freezer === undefined) return;
    await writeControl(freezer, 'freezer.state', state);
    await awaitControl(freezer, 'freezer.state', new RegExp(`^${state}`));
  };
  return {
    canFreeze: freezer !== undefined,
    joinFiles: all.map((folder) => join(folder, 'cgroup.procs')),
    memoryBytes: async () => sumLines(await readControl(memory, 'memory.stat'), ['total_rss', 'total_shmem']),
    oomKills: async () => sumLines(await readControl(memory, 'memory.oom_control'), ['oom_kill']) ?? 0,
    freeze: () => setState('FROZEN'),
    thaw: () => setState('THAWED'),
    remove: async () => {
      // What is frozen cannot die.
      await setState('THAWED').catch(() => undefined);
      await Promise.all(all.map(removeGroup));
    },
  };
}
