import { describe, expect, test } from 'vitest';
import { LiveSandboxes } from '../../../src/executor/live-sandboxes.ts';
import type { SandboxProvider } from '../../../src/sandbox/sandbox.ts';

function fakeProvider(): SandboxProvider & { readonly made: string[] } {
  const made: string[] = [];
  return {
    kind: 'embedded',
    made,
    create: async ({ metadata }) => {
      await Promise.resolve();
      const id = `i${made.length}`;
      made.push(metadata['iris.name'] ?? '');
      return { id, endpoint: { sandboxId: id, url: '', headers: {} }, write: () => Promise.resolve() };
    },
    setTimeLeft: () => Promise.resolve(),
    list: () => Promise.resolve([]),
    kill: () => Promise.resolve(true),
    memoryBytes: () => Promise.resolve(undefined),
  };
}

const open = (provider: SandboxProvider) => new LiveSandboxes({ provider, isolationOf: () => 'none' });
const wish = { project: '/p', name: 'default', lifetimeMs: 1000, idleMs: 500, hasNetwork: false } as const;

describe('LiveSandboxes', () => {
  test('shares one creation among callers at the same moment', async () => {
    const provider = fakeProvider();
    const live = open(provider);

    const all = await Promise.all([live.acquire(wish), live.acquire(wish), live.acquire(wish)]);

    expect(new Set(all).size).toBe(1);
    expect(provider.made).toEqual(['default']);
  });

  test('keeps projects and names apart', async () => {
    const provider = fakeProvider();
    const live = open(provider);

    await live.acquire(wish);
    await live.acquire({ ...wish, project: '/q' });
    await live.acquire({ ...wish, name: 'other' });

    expect(provider.made).toEqual(['default', 'default', 'other']);
  });

  test('makes a new one for each caller without a name', async () => {
    const provider = fakeProvider();
    const live = open(provider);

    const [a, b] = await Promise.all([
      live.acquire({ ...wish, name: undefined }),
      live.acquire({ ...wish, name: undefined }),
    ]);

    expect(a).not.toBe(b);
    expect(a.ref.name).not.toBe(b.ref.name);
  });

  test('forgets a failed creation, so that the next caller tries again', async () => {
    const provider = fakeProvider();
    let fails = true;
    const live = open({
      ...provider,
      create: (options) => (fails ? Promise.reject(new Error('no')) : provider.create(options)),
    });

    await expect(live.acquire(wish)).rejects.toThrow('no');
    fails = false;

    expect((await live.acquire(wish)).ref.name).toBe('default');
  });

  test('forgets only the sandbox that is gone, not its successor', async () => {
    const live = open(fakeProvider());
    const first = await live.acquire(wish);
    await live.forget(first);
    const second = await live.acquire(wish);

    await live.forget(first);

    expect(await live.acquire(wish)).toBe(second);
  });
});
