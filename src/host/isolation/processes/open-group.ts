import { groupName } from '../cgroup/group-name.ts';
import type { SandboxCgroup } from '../cgroup/sandbox-cgroup.ts';
import type { Machine } from '../machine/machine.ts';
import type { RungRequest } from '../launch/rung.ts';
import { SHM_BYTES } from '../launch/sandbox-layout.ts';

/** What stands around the sandbox's own processes: shells, bwrap, unshare. */
const LAUNCHER_THREADS = 8;

/** Makes the control group of one sandbox; undefined where this machine gives none. */
export async function openGroup(
  { sandboxId, limits, home }: RungRequest,
  { cgroups }: Machine,
): Promise<SandboxCgroup | undefined> {
  if (cgroups === undefined) return undefined;
  // Folders in memory count as memory of the sandbox that fills them.
  const folderBytes = (home === undefined ? limits.homeBytes : 0) + limits.tmpBytes + SHM_BYTES;
  return cgroups.create(await groupName(sandboxId), {
    memoryBytes: limits.memoryBytes + folderBytes,
    maxThreads: limits.maxThreads + LAUNCHER_THREADS,
  });
}
