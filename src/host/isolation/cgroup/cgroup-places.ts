import { dirname, join, relative } from 'node:path';

/** One tree of control groups, and this process's own folder in it. */
export interface CgroupTree {
  readonly version: 1 | 2;
  /** Of the first version; the second has one tree for all. */
  readonly controllers: readonly string[];
  readonly mountPoint: string;
  readonly ownFolder: string;
}

/** Finds the trees in the texts of /proc/self/mountinfo and /proc/self/cgroup. */
export function cgroupTrees(mountinfo: string, ownCgroups: string): readonly CgroupTree[] {
  return mountinfo.split('\n').flatMap((line) => {
    const [before = '', after = ''] = line.split(' - ');
    const [, , , root = '', mountPoint = ''] = before.split(' ');
    const [type, , options = ''] = after.split(' ');
    if ((type !== 'cgroup' && type !== 'cgroup2') || !mountPoint.startsWith('/')) return [];
    const controllers = type === 'cgroup2' ? [] : options.split(',');
    const own = ownPath(ownCgroups, controllers);
    if (own === undefined) return [];
    const version = type === 'cgroup2' ? 2 : 1;
    return [{ version, controllers, mountPoint, ownFolder: below(mountPoint, root, own) }];
  });
}

/** The folders from `ownFolder` up to the mount point. */
export function foldersUpward({ mountPoint, ownFolder }: CgroupTree): readonly string[] {
  const folders = [ownFolder];
  for (let at = ownFolder; at !== mountPoint && at !== dirname(at);) {
    at = dirname(at);
    folders.push(at);
  }
  return folders;
}

/** Lines are `id:controllers:path`; the second version's has no controllers. */
function ownPath(text: string, controllers: readonly string[]): string | undefined {
  for (const line of text.split('\n')) {
    const [, names = '', ...path] = line.split(':');
    const isMatch = controllers.length === 0 ? names === '' : controllers.includes(names.split(',')[0] ?? '');
    if (path.length > 0 && isMatch) return path.join(':');
  }
  return undefined;
}

/** A mount may show a part of the tree only; a path outside of it is the mount's own top, as in a container. */
function below(mountPoint: string, root: string, path: string): string {
  const rest = relative(root, path);
  return rest.startsWith('..') ? mountPoint : join(mountPoint, rest);
}
