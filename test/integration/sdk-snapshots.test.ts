import { E2B, SandboxError, SandboxNotFoundError } from '@e2b/code-interpreter';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseIsolation } from '../../src/host/isolation/choose-isolation.ts';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { control } from '../support/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { tempDir, type TempDir } from '../support/temp-dir.ts';

/** The official SDK keeps the files of sandboxes and starts others with them. */
describe.each(['auto', 'util-linux', 'none'] as const)('E2B SDK: snapshots (%s)', (wanted) => {
  let host: EmbeddedHost;
  let state: TempDir;
  let e2b: E2B;

  beforeAll(async () => {
    state = await tempDir();
    host = await openRealHost({ isolation: () => chooseIsolation({ wanted }), stateDir: state.path });
    e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    await state[Symbol.asyncDispose]();
  });

  test('a snapshot holds the files of its moment, for any number of sandboxes', async () => {
    const sandbox = await e2b.Sandbox.create();
    await sandbox.commands.run(
      'mkdir -p deep; echo before >deep/file; ln -s /etc/shadow link; chmod 700 deep; printf hidden >.dot',
    );

    const snapshot = await sandbox.createSnapshot({ name: 'my-snapshot' });
    await sandbox.commands.run('echo after >deep/file; rm .dot');
    const others = [
      await e2b.Sandbox.create(snapshot.snapshotId),
      await e2b.Sandbox.create('my-snapshot', { envs: { WORD: 'new' } }),
    ];
    await sandbox.kill();
    const seen = await Promise.all(
      others.map((other) =>
        other.commands.run('cat deep/file .dot; readlink link; echo x >mine; echo "$WORD"'),
      ),
    );

    const templates = (await control(host, '/templates')).json();
    expect(templates).toContainEqual(
      expect.objectContaining({
        templateID: expect.stringMatching(/^snap/),
        aliases: ['my-snapshot'],
        public: false,
        buildStatus: 'ready',
      }),
    );
    expect(snapshot).toEqual({ snapshotId: 'my-snapshot:default', names: ['my-snapshot:default'] });
    expect(seen.map(({ stdout }) => stdout)).toEqual([
      'before\nhidden/etc/shadow\n\n',
      'before\nhidden/etc/shadow\nnew\n',
    ]);
    expect(await e2b.Sandbox.deleteSnapshot(snapshot.snapshotId)).toBe(true);
    expect(await e2b.Sandbox.deleteSnapshot(snapshot.snapshotId)).toBe(false);
    expect((await others[0]?.commands.run('cat deep/file'))?.stdout).toBe('before\n');
    await expect(e2b.Sandbox.create(snapshot.snapshotId)).rejects.toBeInstanceOf(SandboxError);
    await Promise.all(others.map((other) => other.kill()));
  });

  test('lists snapshots by sandbox and name, page by page', async () => {
    const sandbox = await e2b.Sandbox.create();
    const taken = [
      await sandbox.createSnapshot(),
      await sandbox.createSnapshot({ name: 'named' }),
      await sandbox.createSnapshot({ name: 'named' }),
    ].map(({ snapshotId }) => snapshotId);

    const pages = e2b.Sandbox.listSnapshots({ sandboxId: sandbox.sandboxId, limit: 2 });
    const first = await pages.nextItems();
    const second = await pages.nextItems();
    const named = await e2b.Sandbox.listSnapshots({ name: 'named' }).nextItems();

    expect([first.length, second.length, pages.hasNext]).toEqual([2, 1, false]);
    expect([...first, ...second].map(({ snapshotId }) => snapshotId)).toContain(taken[0]);
    expect(named.map(({ names }) => names)).toEqual([['named:default']]);
    for (const { snapshotId } of [...first, ...second]) await e2b.Sandbox.deleteSnapshot(snapshotId);
    expect(await readdir(join(state.path, 'snapshots'))).toEqual([]);
    await sandbox.kill();
  });

  test('forks have the files of the sandbox, and go their own ways', async () => {
    const sandbox = await e2b.Sandbox.create({ metadata: { who: 'me' } });
    await sandbox.files.write('file', 'shared');

    const forks = await sandbox.fork({ count: 2, timeoutMs: 60_000 });
    const sandboxes = forks.flatMap((fork) => (fork instanceof Error ? [] : [fork]));
    await sandboxes[0]?.files.write('file', 'changed');

    expect(sandboxes).toHaveLength(2);
    expect(await sandboxes[0]?.files.read('file')).toBe('changed');
    expect(await sandboxes[1]?.files.read('file')).toBe('shared');
    expect(await sandbox.files.read('file')).toBe('shared');
    expect((await sandboxes[1]?.getInfo())?.metadata).toEqual({ who: 'me' });
    await Promise.all([sandbox, ...sandboxes].map((each) => each.kill()));
  });

  test('a paused sandbox can be copied and stays paused', async () => {
    const sandbox = await e2b.Sandbox.create();
    await sandbox.files.write('file', 'kept');
    await sandbox.pause();

    const snapshot = await sandbox.createSnapshot();
    const other = await e2b.Sandbox.create(snapshot.snapshotId);

    expect(await other.files.read('file')).toBe('kept');
    expect((await sandbox.getInfo()).state).toBe('paused');
    await Promise.all([sandbox.kill(), other.kill(), e2b.Sandbox.deleteSnapshot(snapshot.snapshotId)]);
  });

  test('refuses what is not there or has no proper name', async () => {
    const sandbox = await e2b.Sandbox.create();
    const post = (path: string, body: string) => control(host, path, { method: 'POST', body });

    await expect(e2b.Sandbox.createSnapshot('inope')).rejects.toBeInstanceOf(SandboxNotFoundError);
    const replies = [
      await post(`/sandboxes/${sandbox.sandboxId}/snapshots`, '{"name":"../../etc"}'),
      await post(`/sandboxes/${sandbox.sandboxId}/snapshots`, '{"name":5}'),
      await post(`/sandboxes/${sandbox.sandboxId}/fork`, '{"count":1000000}'),
      await post('/v2/sandboxes', '{"templateID":"gone:default"}'),
      await control(host, '/templates/..%2F..%2Fetc', { method: 'DELETE' }),
      await control(host, '/templates/%E0%A4%A', { method: 'DELETE' }),
      await control(host, '/snapshots?limit=0'),
      await control(host, '/snapshots?nextToken=zzz'),
    ];

    expect(replies.map(({ status }) => status)).toEqual([400, 400, 400, 404, 404, 400, 400, 400]);
    await sandbox.kill();
  });
});
