import { describe, expect, test } from 'vitest';
import { openSandboxUids } from '../../../../../src/host/isolation/launch/sandbox-uids.ts';

describe('openSandboxUids()', () => {
  test('hands out each uid once until it is released', async () => {
    const uids = openSandboxUids(() => Promise.resolve(new Set()));

    const taken = await Promise.all(Array.from({ length: 200 }, () => uids.take()));

    expect(new Set(taken).size).toBe(200);
    expect(taken.every((uid) => uid >= 210_000 && uid < 230_000)).toBe(true);
  });

  test('never hands out the uid of a live process', async () => {
    const free = new Set([210_007, 215_000, 220_001]);
    const all = Array.from({ length: 20_000 }, (_, index) => 210_000 + index);
    const odd = new Set(all.filter((uid) => uid % 2 === 1 && !free.has(uid)));
    const uids = openSandboxUids(() => Promise.resolve(odd));

    const taken = await Promise.all(Array.from({ length: 50 }, () => uids.take()));

    expect(taken.some((uid) => odd.has(uid))).toBe(false);
  });

  test('fails when every uid is in use', async () => {
    const everything = new Set(Array.from({ length: 20_000 }, (_, index) => 210_000 + index));
    const uids = openSandboxUids(() => Promise.resolve(everything));

    await expect(uids.take()).rejects.toMatchObject({ code: 'SANDBOX_UNAVAILABLE' });
  });
});
