import { describe, expect, test, vi } from 'vitest';
import { LiveSandboxes } from '../../../src/executor/live-sandboxes.ts';
import type { SandboxListing, SandboxProvider } from '../../../src/sandbox/sandbox.ts';
import { VERSION } from '../../../src/core/version.ts';

function fakeProvider(): SandboxProvider & { readonly made: string[] } {
  const made: string[] = [];
  return {
    kind: 'embedded',
    made,
    create: async ({ metadata }) => {
      await Promise.resolve();
      const id = `i${made.length}`;
      made.push(metadata['iris.name'] ?? '');
      return { id, endpoint: { sandboxId: id, url: '', headers: {} }, grantedMs: 1000 };
    },
    connect: () => Promise.reject(new Error('gone')),
    setTimeLeft: () => Promise.resolve(),
    list: () => Promise.resolve([]),
    kill: () => Promise.resolve(true),
    pause: () => Promise.resolve(true),
    describe: () => Promise.reject(new Error('gone')),
    usage: () => Promise.resolve(undefined),
    logs: () => Promise.resolve([]),
    snapshot: () => Promise.reject(new Error('unused')),
    snapshots: () => Promise.resolve([]),
    deleteSnapshot: () => Promise.resolve(false),
    volumes: () => Promise.resolve([]),
    createVolume: () => Promise.resolve(true),
    deleteVolume: () => Promise.resolve(false),
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

const metadata = {
  'iris.name': 'default',
  'iris.project': '/p',
  'iris.version': VERSION,
  'iris.network': 'no',
  'iris.secrets': 'none',
  'iris.volumes': 'none',
  'iris.reach': 'none',
  'iris.owner': 'me',
};
const left = (id: string, startedAtMs = 0): SandboxListing => ({
  id,
  metadata,
  state: 'paused',
  startedAtMs,
  endAtMs: 0,
});

/** A provider in which an earlier process has left something. */
function providerWith(listings: readonly SandboxListing[]): ReturnType<typeof fakeProvider> {
  return {
    ...fakeProvider(),
    list: () => Promise.resolve([...listings]),
    connect: (id) =>
      Promise.resolve({
        id,
        endpoint: { sandboxId: id, url: '', headers: {} },
        grantedMs: 1000,
      }),
  };
}

const openOwned = (provider: SandboxProvider, owner = 'me') =>
  new LiveSandboxes({ provider, isolationOf: () => 'none', owner: () => Promise.resolve(owner) });

test('a new sandbox tells what made it, and by what it can be found again', async () => {
  const create = vi.fn(fakeProvider().create);
  const notes = () => Promise.resolve({ 'iris.user': 'me', 'iris.machine': 'here' });
  const owner = () => Promise.resolve('me');
  const sandboxes = new LiveSandboxes({
    provider: { ...fakeProvider(), create },
    isolationOf: () => 'none',
    owner,
    notes,
  });

  await sandboxes.acquire({ ...wish, runId: 'run_1' });
  await sandboxes.acquire({ ...wish, runId: 'run_2', name: undefined });

  const [shared, own] = create.mock.calls.map(([options]) => options.metadata);
  expect(shared).toEqual({
    'iris.name': 'default',
    'iris.project': '/p',
    'iris.version': VERSION,
    'iris.network': 'no',
    'iris.secrets': 'none',
    'iris.volumes': 'none',
    'iris.reach': 'none',
    'iris.owner': 'me',
    'iris.run': 'run_1',
    'iris.shared': 'yes',
    'iris.user': 'me',
    'iris.machine': 'here',
  });
  expect(own).toMatchObject({ 'iris.run': 'run_2', 'iris.shared': 'no' });
});

describe('LiveSandboxes after an earlier process', () => {
  test('resumes the newest sandbox that was left, and takes nothing in it for known', async () => {
    const provider = providerWith([left('old', 1), left('new', 2)]);

    const { ref, origin, written } = await openOwned(provider).acquire(wish);

    expect([ref.id, origin, written.size]).toEqual(['new', { type: 'resumed' }, 0]);
    expect(provider.made).toEqual([]);
  });

  test.each([
    ['another project', { 'iris.project': '/q' }],
    ['another name', { 'iris.name': 'other' }],
    ['another owner', { 'iris.owner': 'you' }],
    ['another choice of network', { 'iris.network': 'yes' }],
    ['secrets of another run', { 'iris.secrets': 'GITHUB_TOKEN 0123456789ab' }],
    ['other volumes', { 'iris.volumes': 'data:/data' }],
    ['another reach', { 'iris.reach': 'registry.npmjs.org' }],
    ['another version', { 'iris.version': '0.0.0' }],
  ])('leaves a sandbox of %s alone, even where the provider lists it', async (_what, other) => {
    const provider = providerWith([{ ...left('x'), metadata: { ...metadata, ...other } }]);

    const { origin } = await openOwned(provider).acquire(wish);

    expect(origin.type).toBe('created');
  });

  test('asks for nothing when the caller wants one of its own, or nobody may resume', async () => {
    const provider = {
      ...fakeProvider(),
      list: () => Promise.reject(new Error('asked')),
    };

    const own = await openOwned(provider).acquire({ ...wish, name: undefined });
    const unowned = await open(provider).acquire(wish);

    expect([own.origin, unowned.origin]).toEqual([{ type: 'created' }, { type: 'created' }]);
  });

  test('makes a new one and keeps the reason when the old one cannot be used', async () => {
    const provider = {
      ...providerWith([left('x')]),
      connect: () => Promise.reject(new Error('its home is corrupt')),
    };

    const { ref, origin } = await openOwned(provider).acquire(wish);

    expect(ref.id).toBe('i0');
    expect(origin).toEqual({ type: 'created', failure: expect.stringContaining('its home is corrupt') });
  });

  test('does not come back to a sandbox that was given up', async () => {
    const provider = providerWith([left('x')]);
    const sandboxes = openOwned(provider);

    await sandboxes.forget(await sandboxes.acquire(wish));

    expect((await sandboxes.acquire(wish)).ref.id).toBe('i0');
  });
});
