import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { cgroupTrees, foldersUpward } from '../../../../../src/host/isolation/cgroup/cgroup-places.ts';
import { sumLines } from '../../../../../src/host/isolation/cgroup/cgroup-files.ts';
import { pickCgroups } from '../../../../../src/host/isolation/cgroup/find-cgroups.ts';
import { cgroupsV2 } from '../../../../../src/host/isolation/cgroup/cgroup-v2.ts';
import { joinCommand } from '../../../../../src/host/isolation/cgroup/join-command.ts';

const HYBRID = `31 23 0:28 / /sys/fs/cgroup rw - tmpfs tmpfs rw,mode=755
35 31 0:32 / /sys/fs/cgroup/memory rw,relatime - cgroup cgroup rw,memory
32 31 0:29 / /sys/fs/cgroup/cpu,cpuacct rw,relatime - cgroup cgroup rw,cpu,cpuacct
41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw`;

describe('cgroupTrees()', () => {
  test('finds the own folder in each tree', () => {
    const trees = cgroupTrees(HYBRID, '9:memory:/a/b\n8:cpu,cpuacct:/\n0::/x:y\n');

    expect(trees.map(({ version, ownFolder }) => [version, ownFolder])).toEqual([
      [1, '/sys/fs/cgroup/memory/a/b'],
      [1, '/sys/fs/cgroup/cpu,cpuacct'],
      [2, '/sys/fs/cgroup/unified/x:y'],
    ]);
  });

  test('takes the top of a mount that shows another part of the tree', () => {
    const container = '1 2 0:3 /docker/abc /sys/fs/cgroup/memory ro - cgroup cgroup rw,memory';

    expect(cgroupTrees(container, '4:memory:/docker/abc/in')[0]?.ownFolder).toBe('/sys/fs/cgroup/memory/in');
    expect(cgroupTrees(container, '4:memory:/elsewhere')[0]?.ownFolder).toBe('/sys/fs/cgroup/memory');
  });

  test('finds nothing in texts that say nothing', () => {
    expect(cgroupTrees('', '')).toEqual([]);
    expect(cgroupTrees('garbage - cgroup\n- - -', '::::')).toEqual([]);
  });

  test('foldersUpward() ends at the mount point', () => {
    const [tree] = cgroupTrees('1 2 0:3 / /cg rw - cgroup2 none rw', '0::/a/b');

    expect(tree && foldersUpward(tree)).toEqual(['/cg/a/b', '/cg/a', '/cg']);
  });
});

describe('control groups of the second version', () => {
  let top: string;

  beforeEach(async () => {
    top = await mkdtemp(join(tmpdir(), 'iris-cgroup-'));
  });

  afterEach(() => rm(top, { recursive: true, force: true }));

  const tree = (ownFolder: string) => ({ version: 2 as const, controllers: [], mountPoint: top, ownFolder });

  test('are made below the nearest ancestor that passes memory and pids on', async () => {
    const own = join(top, 'user.service', 'app.slice', 'iris.scope');
    await mkdir(own, { recursive: true });
    await fill(own, { 'cgroup.subtree_control': '', 'cgroup.procs': '' });
    await fill(join(top, 'user.service'), {
      'cgroup.subtree_control': 'cpu memory pids\n',
      'cgroup.procs': '',
    });

    const cgroups = await pickCgroups([tree(own)]);

    expect(cgroups?.version).toBe(2);
    expect(cgroups?.open('iris-x').joinFiles).toEqual([join(top, 'user.service', 'iris-x', 'cgroup.procs')]);
  });

  test('cannot be had where no ancestor passes both on', async () => {
    await fill(top, { 'cgroup.subtree_control': 'memory\n', 'cgroup.procs': '' });

    expect(await pickCgroups([tree(top)])).toBeUndefined();
    expect(await pickCgroups([])).toBeUndefined();
  });

  test('read memory and ends from the files of the kernel, and write freeze', async () => {
    const folder = join(top, 'iris-x');
    await mkdir(folder);
    await fill(folder, {
      'memory.stat': 'anon 1000\nfile 5000\nshmem 24\n',
      'memory.events': 'low 0\noom 3\noom_kill 2\n',
      'cgroup.freeze': '0',
      'cgroup.events': 'populated 1\nfrozen 1\n',
    });
    const group = cgroupsV2(top).open('iris-x');

    expect([await group.memoryBytes(), await group.oomKills()]).toEqual([1024, 2]);
    await group.freeze();
    expect(await readFile(join(folder, 'cgroup.freeze'), 'utf8')).toBe('1');
  });

  test('leave nothing behind where a limit cannot be set', async () => {
    await expect(cgroupsV2(top).create('iris-y', { memoryBytes: 1, maxThreads: 1 })).rejects.toThrow(
      'ENOENT',
    );

    expect(await cgroupsV2(top).list()).toEqual([]);
  });

  test('never remove a group that was there before', async () => {
    await mkdir(join(top, 'iris-z'));

    await expect(cgroupsV2(top).create('iris-z', { memoryBytes: 1, maxThreads: 1 })).rejects.toThrow(
      'EEXIST',
    );

    expect(await cgroupsV2(top).list()).toEqual(['iris-z']);
  });

  test('are joined by the command before it becomes what it is', () => {
    const argv = joinCommand(cgroupsV2('/cg').open('iris-x'), ['bwrap', '--', 'x']);

    expect(argv.slice(3)).toEqual(['join', '/cg/iris-x/cgroup.procs', '--', 'bwrap', '--', 'x']);
  });
});

test('sumLines() adds what is named and knows when nothing is', () => {
  expect(sumLines('a 1\nb 2\nc 4', ['a', 'c', 'd'])).toBe(5);
  expect(sumLines('a 1', ['b'])).toBeUndefined();
  expect(sumLines('', ['b'])).toBeUndefined();
});

async function fill(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) await writeFile(join(folder, name), text);
}
