import { describe, expect, test } from 'vitest';
import type { Cgroups, CgroupLimits } from '../../../../../src/host/isolation/cgroup/sandbox-cgroup.ts';
import { openGroup } from '../../../../../src/host/isolation/processes/open-group.ts';
import { SHM_BYTES } from '../../../../../src/host/isolation/launch/sandbox-layout.ts';
import { aMachine } from '../a-machine.ts';

const LIMITS = {
  memoryBytes: 1000,
  maxThreads: 2,
  maxOpenFiles: 3,
  maxFileBytes: 4,
  homeBytes: 500,
  tmpBytes: 60,
};

async function memoryLimit(home?: { kind: 'folder' | 'image'; path: string }): Promise<number | undefined> {
  const asked: CgroupLimits[] = [];
  const cgroups: Cgroups = {
    version: 2,
    create: (_name, limits) => {
      asked.push(limits);
      return Promise.reject(new Error('seen'));
    },
    open: () => {
      throw new Error('not asked for');
    },
    list: () => Promise.resolve([]),
  };
  await openGroup({ sandboxId: 'isbx', limits: LIMITS, home }, aMachine({ cgroups })).catch(() => undefined);
  return asked[0]?.memoryBytes;
}

describe('openGroup()', () => {
  test('gives a home in memory its room besides that of the processes', async () => {
    expect(await memoryLimit()).toBe(1000 + 500 + 60 + SHM_BYTES);
  });

  test.each(['folder', 'image'] as const)('gives no memory for a home on disk (%s)', async (kind) => {
    expect(await memoryLimit({ kind, path: '/x' })).toBe(1000 + 60 + SHM_BYTES);
  });
});
