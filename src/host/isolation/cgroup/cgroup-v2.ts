import { mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { errnoOf } from '../../../core/errors.ts';
import { awaitControl, readControl, removeGroup, sumLines, writeControl } from './cgroup-files.ts';
import type { CgroupLimits, Cgroups, SandboxCgroup } from './sandbox-cgroup.ts';

/** Control groups of the second version: one tree; `place` passes memory and pids on to the groups below it. */
export function cgroupsV2(place: string): Cgroups {
  return {
    version: 2,
    open: (name) => toGroup(join(place, name)),
    list: async () => (await readdir(place)).filter((name) => name.startsWith('iris-')),
    create: async (name, limits) => {
      const folder = join(place, name);
      const group = toGroup(folder);
      try {
        await mkdir(folder);
        await limit(folder, limits);
        return group;
      } catch (error) {
        // A group of this name that was there already is somebody's.
        if (errnoOf(error) !== 'EEXIST') await group.remove();
        throw error;
      }
    },
  };
}

async function limit(folder: string, { memoryBytes, maxThreads }: CgroupLimits): Promise<void> {
  await writeControl(folder, 'memory.max', memoryBytes);
  // Missing where the kernel has no swap.
  await writeControl(folder, 'memory.swap.max', 0).catch(() => undefined);
  await writeControl(folder, 'pids.max', maxThreads);
}

function toGroup(folder: string): SandboxCgroup {
  const setFrozen = async (isFrozen: boolean): Promise<void> => {
    await writeControl(folder, 'cgroup.freeze', isFrozen ? 1 : 0);
    await awaitControl(folder, 'cgroup.events', isFrozen ? /^frozen 1$/m : /^frozen 0$/m);
  };
  return {
    canFreeze: true,
    joinFiles: [join(folder, 'cgroup.procs')],
    memoryBytes: async () => sumLines(await readControl(folder, 'memory.stat'), ['anon', 'shmem']),
    oomKills: async () => sumLines(await readControl(folder, 'memory.events'), ['oom_kill']) ?? 0,
    freeze: () => setFrozen(true),
    thaw: () => setFrozen(false),
    remove: async () => {
      // Since Linux 5.14 one word ends the whole group, whatever it forks meanwhile; it thaws nothing.
      await writeControl(folder, 'cgroup.kill', 1).catch(() => undefined);
      await writeControl(folder, 'cgroup.freeze', 0).catch(() => undefined);
      await removeGroup(folder);
    },
  };
}
