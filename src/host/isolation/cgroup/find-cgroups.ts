import { access, constants, readFile } from 'node:fs/promises';
import { cgroupTrees, foldersUpward, type CgroupTree } from './cgroup-places.ts';
import { readControl } from './cgroup-files.ts';
import { cgroupsV1 } from './cgroup-v1.ts';
import { cgroupsV2 } from './cgroup-v2.ts';
import { groupName } from './group-name.ts';
import type { Cgroups } from './sandbox-cgroup.ts';

const MEBIBYTE = 1024 * 1024;
const TRIAL_LIMITS = { memoryBytes: 64 * MEBIBYTE, maxThreads: 16 };

/** Finds control groups that limit memory for whole sandboxes, and proves it by making one; undefined without any. */
export async function findCgroups(): Promise<Cgroups | undefined> {
  const [mountinfo, own] = await Promise.all(
    ['/proc/self/mountinfo', '/proc/self/cgroup'].map((file) => readFile(file, 'utf8').catch(() => '')),
  );
  const found = await pickCgroups(cgroupTrees(mountinfo ?? '', own ?? ''));
  if (found === undefined) return undefined;
  try {
    const trial = await found.create(await groupName('trial'), TRIAL_LIMITS);
    await trial.remove();
    return found;
  } catch {
    // Read-only, or not ours after all: then there are none for us.
    return undefined;
  }
}

/** Picks the tree that has memory where this process may make groups; the second version first. */
export async function pickCgroups(trees: readonly CgroupTree[]): Promise<Cgroups | undefined> {
  const unified = trees.find(({ version }) => version === 2);
  const place = unified && (await placeInUnified(unified));
  if (place !== undefined) return cgroupsV2(place);
  const memory = await placeOf(trees, 'memory');
  if (memory === undefined) return undefined;
  const [pids, freezer] = await Promise.all([placeOf(trees, 'pids'), placeOf(trees, 'freezer')]);
  return cgroupsV1({ memory, pids, freezer });
}

/**
 * A group with processes of its own passes no controllers on, so the place is an ancestor that already does. For an
 * ordinary user that is a folder which systemd has delegated.
 */
async function placeInUnified(tree: CgroupTree): Promise<string | undefined> {
  for (const folder of foldersUpward(tree)) {
    const passedOn = (await readControl(folder, 'cgroup.subtree_control')).trim().split(' ');
    if (!['memory', 'pids'].every((name) => passedOn.includes(name))) continue;
    if ((await isWritable(folder)) && (await isWritable(`${folder}/cgroup.procs`))) return folder;
  }
  return undefined;
}

async function placeOf(trees: readonly CgroupTree[], controller: string): Promise<string | undefined> {
  const tree = trees.find(({ controllers }) => controllers.includes(controller));
  return tree !== undefined && (await isWritable(tree.ownFolder)) ? tree.ownFolder : undefined;
}

function isWritable(path: string): Promise<boolean> {
  return access(path, constants.W_OK).then(
    () => true,
    () => false,
  );
}
