import { statfs } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MEBIBYTE, openHarness, type Harness } from '../fixtures/hostile/open-harness.ts';
import { testedRungs } from '../fixtures/hostile/rungs.ts';

describe.each(testedRungs())('The limits of a sandbox by $title', ({ rung, runner, missing }) => {
  let harness: Harness;
  const ask = (attempt: string, ...args: unknown[]): Promise<unknown> => harness.ask('a', attempt, ...args);

  beforeAll(async () => {
    if (missing !== undefined) return;
    harness = await openHarness(runner);
    await harness.choose(rung);
    await Promise.all([
      harness.launch('a'),
      harness.launch('big-files', { maxFileBytes: 64 * MEBIBYTE }),
      harness.launch('neighbour'),
    ]);
  }, 20_000);

  afterAll(() => harness?.close());

  const it = test.skipIf(missing !== undefined);

  it('are set on every process, hard', async () => {
    const limits = String(await ask('read', '/proc/self/limits'));

    expect(limits).toMatch(/^Max data size\s+1073741824\s+1073741824/m);
    expect(limits).toMatch(/^Max processes\s+64\s+64/m);
    expect(limits).toMatch(/^Max open files\s+256\s+256/m);
    expect(limits).toMatch(/^Max file size\s+8388608\s+8388608/m);
    expect(limits).toMatch(/^Max core file size\s+0\s+0/m);
  });

  it('end a full home folder with ENOSPC and leave the disk of the host alone', async () => {
    const before = await statfs(tmpdir());

    const filled = await harness.ask('big-files', 'fill', '/home/user/big', 40);

    const after = await statfs(tmpdir());
    expect(filled).toMatchObject({
      code: 'ENOSPC',
      written: expect.toSatisfy((count: number) => count <= 16),
    });
    expect(after.files).toBe(before.files);
    const mounts = String(await ask('read', '/proc/mounts'));
    expect(mounts).toMatch(/ \/home\/user tmpfs rw,nosuid,nodev\S*,size=16384k/);
    expect(mounts).toMatch(/ \/tmp tmpfs rw,nosuid,nodev\S*,size=16384k/);
    expect(mounts).toMatch(/ \/dev\/shm tmpfs rw,nosuid,nodev\S*,size=65536k/);
  });

  it('end a full /tmp with ENOSPC', async () => {
    expect(await harness.ask('big-files', 'fill', '/tmp/big', 40)).toMatchObject({ code: 'ENOSPC' });
  });

  it('end a file that is too big with EFBIG', async () => {
    expect(await ask('fill', '/tmp/big', 12)).toEqual({ code: 'EFBIG', written: 8 });
  });

  it('deny a process more memory than it may have', async () => {
    expect(await ask('allocate', 100)).toEqual({ status: 0, stdout: 'allocated' });
    expect(await ask('allocate', 1200)).not.toMatchObject({ status: 0 });
  });

  it('stop a process that forks without end, in its own sandbox alone', async () => {
    const [one, other] = await Promise.all([ask('forkMany', 200), harness.ask('neighbour', 'forkMany', 200)]);

    // EAGAIN; init, agent and perl use the rest, one number for each of their threads.
    const stopped = { errno: 11, count: expect.toSatisfy((count: number) => count > 30 && count < 64) };
    expect([one, other]).toEqual([stopped, stopped]);
  });

  it('leave the sandbox first in line when memory runs out', async () => {
    expect(await ask('read', '/proc/self/oom_score_adj')).toBe('1000\n');
  });

  it('leave no zombies behind', async () => {
    expect(await ask('zombies', 20)).toEqual([]);
  });

  it('show in the memory that the host reports', async () => {
    const before = Number(await harness.call('memory', 'neighbour'));

    await harness.ask('neighbour', 'memory', 100);

    const after = Number(await harness.call('memory', 'neighbour'));
    expect(before).toBeGreaterThan(MEBIBYTE);
    expect(after - before).toBeGreaterThan(90 * MEBIBYTE);
    expect(after - before).toBeLessThan(150 * MEBIBYTE);
  });
});
