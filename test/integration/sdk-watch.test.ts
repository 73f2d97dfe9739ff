import {
  E2B,
  FilesystemEventType,
  InvalidArgumentError,
  NotFoundError,
  TimeoutError,
} from '@e2b/code-interpreter';
import type { FilesystemEvent, Sandbox, WatchHandle } from '@e2b/code-interpreter';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { until } from '../support/agent.ts';
import { openRealHost } from '../support/real-host.ts';

/** `sandbox.files.watchDir` of the official SDK against a real sandbox of the embedded host. */
let host: EmbeddedHost;
let sandbox: Sandbox;

beforeAll(async () => {
  host = await openRealHost();
  const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
  sandbox = await e2b.Sandbox.create({ timeoutMs: 600_000 });
});
afterAll(() => host[Symbol.asyncDispose]());

interface Watched {
  readonly handle: WatchHandle;
  readonly events: FilesystemEvent[];
  /** `type name` of each event so far. */
  seen(): string[];
}

async function watch(directory: string, options = {}): Promise<Watched> {
  const events: FilesystemEvent[] = [];
  const handle = await sandbox.files.watchDir(directory, (event) => void events.push(event), options);
  return { handle, events, seen: () => events.map(({ type, name }) => `${type} ${name}`) };
}

async function shell(command: string): Promise<void> {
  await sandbox.commands.run(command);
}

test('watchDir() reports an upload as what it is in the cloud: a creation and writes', async () => {
  await shell('mkdir uploads');
  const watched = await watch('uploads');

  await sandbox.files.write('uploads/a.txt', 'one');
  await until(() => watched.events.length >= 2);
  await sandbox.files.write('uploads/a.txt', 'two, longer');
  await until(() => watched.events.length >= 3);
  await watched.handle.stop();

  expect(watched.seen()).toEqual(['create a.txt', 'write a.txt', 'write a.txt']);
});

test('watchDir() tells creation, writing, changes of mode, renaming and removal apart', async () => {
  await shell('mkdir kinds && echo x >kinds/old && touch kinds/away');
  const watched = await watch('kinds');
  const after = async (command: string, last: string) => {
    await shell(`cd kinds && ${command}`);
    await until(() => watched.seen().at(-1) === last);
  };

  await after('touch new', 'chmod new');
  await after('echo more >>old', 'write old');
  await after('chmod 600 old', 'chmod old');
  await after('mv old renamed', 'create renamed');
  await after('rm renamed', 'remove renamed');
  await after('mv away ..', 'remove away');
  await watched.handle.stop();

  expect(watched.seen()).toEqual([
    'create new',
    // touch sets the times of what it makes.
    'chmod new',
    'write old',
    'chmod old',
    'rename old',
    'create renamed',
    'remove renamed',
    'remove away',
  ]);
});

test('watchDir() sees only the directory itself unless it is recursive', async () => {
  await shell('mkdir -p flat/below');
  const watched = await watch('flat');

  await shell('echo x >flat/below/unseen; mkdir flat/seen');
  await until(() => watched.events.length > 0);
  await watched.handle.stop();

  expect(watched.seen()).toEqual(['create seen']);
});

test('watchDir() watches directories that come later, and what they hold already', async () => {
  await shell('mkdir -p rec/old');
  const watched = await watch('rec', { recursive: true });

  await shell('mkdir -p rec/one/two/three && echo x >rec/one/two/three/file && echo y >rec/old/file');
  await until(() => watched.seen().includes('create one/two/three/file'));
  await until(() => watched.seen().includes('create old/file'));
  await shell('echo more >>rec/one/two/three/file');
  await until(() => watched.seen().includes('write one/two/three/file'));
  await shell('mv rec/one rec/moved');
  await until(() => watched.seen().includes('create moved'));
  await shell('rm rec/moved/two/three/file');
  await until(() => watched.seen().includes('remove moved/two/three/file'));
  await watched.handle.stop();

  expect(watched.seen()).toContain('rename one');
  expect(watched.seen().filter((each) => each === 'create one/two')).toHaveLength(1);
});

test('watchDir() describes the entry when it is asked to', async () => {
  await shell('mkdir entries && touch entries/gone');
  const watched = await watch('entries', { includeEntry: true });

  await sandbox.files.write('entries/a', 'abc', { metadata: { k: 'v' } });
  await shell('rm entries/gone');
  await until(() => watched.seen().includes('remove gone'));
  await watched.handle.stop();

  const [created] = watched.events;
  expect(created).toMatchObject({
    type: FilesystemEventType.CREATE,
    entry: { name: 'a', path: '/home/user/entries/a', size: 3 },
  });
  expect(watched.events.at(-1)?.entry).toBeUndefined();
});

test('watchDir() refuses what is no directory', async () => {
  await sandbox.files.write('watched-file', '');

  await expect(watch('watched-file')).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(watch('missing')).rejects.toBeInstanceOf(NotFoundError);
});

test('watchDir() ends at its time limit, when it is stopped, and with its sandbox', async () => {
  await shell('mkdir ends');
  const ends: (Error | undefined)[] = [];
  const onExit = (error?: Error) => void ends.push(error);

  await watch('ends', { timeoutMs: 100, onExit });
  await until(() => ends.length === 1);
  const stopped = await watch('ends', { onExit });
  await stopped.handle.stop();
  await until(() => ends.length === 2);

  expect(ends[0]).toBeInstanceOf(TimeoutError);
});

test('a flood of events from many files reaches a slow reader as a bounded number', async () => {
  await shell('mkdir flood');
  let isHeld = true;
  const seen = new Set<string>();
  const handle = await sandbox.files.watchDir('flood', async ({ type, name }) => {
    await until(() => !isHeld);
    seen.add(`${type} ${name}`);
  });

  await shell('cd flood; for round in 1 2 3 4 5; do for file in $(seq 300); do echo x >>$file; done; done');
  isHeld = false;
  await until(() => seen.has('create 300'));
  await handle.stop();

  expect([...seen].filter((each) => each.startsWith('create'))).toHaveLength(300);
});
