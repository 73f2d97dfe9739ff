import { E2B, SandboxNotFoundError } from '@e2b/code-interpreter';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { chooseIsolation } from '../../src/host/isolation/choose-isolation.ts';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { tempDir, type TempDir } from '../support/temp-dir.ts';
import { until } from '../support/until.ts';

const COUNTER = 'n=0; while :; do n=$((n + 1)); echo $n >count.new; mv count.new count; sleep 0.02; done';

/** The official SDK pauses, resumes and ends sandboxes. */
describe.each([
  ['auto', 'in memory'],
  ['auto', 'on disk'],
  ['util-linux', 'on disk'],
  ['none', 'on disk'],
] as const)('E2B SDK: life of a sandbox (%s, home %s)', (wanted, home) => {
  let host: EmbeddedHost;
  let e2b: E2B;

  let state: TempDir;

  beforeAll(async () => {
    state = await tempDir();
    host = await openRealHost({
      isolation: () => chooseIsolation({ wanted }),
      ...(home === 'on disk' && { stateDir: state.path }),
    });
    e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    expect(await readdir(join(state.path, 'sandboxes')).catch(() => [])).toEqual([]);
    await state[Symbol.asyncDispose]();
  });

  test('a paused sandbox stands still, and goes on where it was', async () => {
    const sandbox = await e2b.Sandbox.create();
    await sandbox.commands.run(COUNTER, { background: true, timeoutMs: 0 });
    const read = async (): Promise<number> => Number(await sandbox.files.read('count').catch(() => 0));
    await until('the counter', async () => (await read()) > 3);

    const first = await sandbox.pause();
    const second = await sandbox.betaPause();
    const info = await sandbox.getInfo();
    const listed = await e2b.Sandbox.list({ query: { state: ['paused'] } }).nextItems();
    const running = await e2b.Sandbox.list({ query: { state: ['running'] } }).nextItems();
    const isRunning = await sandbox.isRunning();
    const pausedAtMs = Date.now();
    await until('half a second', () => Date.now() > pausedAtMs + 500);
    const again = await e2b.Sandbox.connect(sandbox.sandboxId, { timeoutMs: 60_000 });
    const onwards = await read();
    await until('more counting', async () => (await read()) > onwards);

    expect([first, second, isRunning]).toEqual([true, false, false]);
    expect(info).toMatchObject({ state: 'paused', lifecycle: { onTimeout: 'kill', autoResume: false } });
    expect(listed.map((each) => each.sandboxId)).toContain(sandbox.sandboxId);
    expect(running.map((each) => each.sandboxId)).not.toContain(sandbox.sandboxId);
    expect((await again.getInfo()).state).toBe('running');
    expect((await again.getInfo()).endAt.getTime() - Date.now()).toBeGreaterThan(50_000);
    await sandbox.kill();
  });

  test('a request to a paused sandbox finds nobody, and one under way breaks off', async () => {
    const sandbox = await e2b.Sandbox.create();
    const handle = await sandbox.commands.run('sleep 60', { background: true });
    const ending = handle.wait();
    ending.catch(() => undefined);

    await sandbox.pause();

    await expect(ending).rejects.toThrow();
    await expect(sandbox.commands.run('true')).rejects.toThrow(/not found|probably not running/);
    await sandbox.connect();
    expect((await sandbox.commands.list()).map(({ pid }) => pid)).toContain(handle.pid);
    await sandbox.kill();
  });

  test('a paused sandbox is killed like any other', async () => {
    const sandbox = await e2b.Sandbox.create();
    await sandbox.pause();

    expect(await sandbox.kill()).toBe(true);
    expect(await sandbox.kill()).toBe(false);
    await expect(e2b.Sandbox.connect(sandbox.sandboxId)).rejects.toBeInstanceOf(SandboxNotFoundError);
    await expect(e2b.Sandbox.pause(sandbox.sandboxId)).rejects.toBeInstanceOf(SandboxNotFoundError);
  });

  test('a sandbox asked to pause at the end of its time does, and its clock stands still', async () => {
    const sandbox = await e2b.Sandbox.create({ timeoutMs: 1_000, lifecycle: { onTimeout: 'pause' } });
    await sandbox.files.write('kept', 'yes');

    await until('the pause', async () => (await sandbox.getInfo()).state === 'paused');
    const again = await e2b.Sandbox.connect(sandbox.sandboxId, { timeoutMs: 60_000 });

    expect(await again.files.read('kept')).toBe('yes');
    expect((await again.getInfo()).lifecycle).toEqual({ onTimeout: 'pause', autoResume: false });
    await again.kill();
  });

  test('a request wakes up a sandbox that resumes by itself, but only with the right token', async () => {
    const sandbox = await e2b.Sandbox.create({ lifecycle: { onTimeout: 'pause', autoResume: true } });
    const link = await sandbox.downloadUrl('kept');
    await sandbox.files.write('kept', 'yes');
    await sandbox.pause();

    const stranger = await fetch(`${host.url}/files?path=kept`, {
      headers: { 'e2b-sandbox-id': sandbox.sandboxId, 'x-access-token': 'wrong' },
    });
    const afterStranger = (await sandbox.getInfo()).state;
    const ran = await sandbox.commands.run('cat kept');
    await sandbox.pause();
    const linked = await fetch(link);

    expect([stranger.status, afterStranger]).toEqual([401, 'paused']);
    expect(ran.stdout).toBe('yes');
    expect(await linked.text()).toBe('yes');
    expect((await sandbox.getInfo()).state).toBe('running');
    await sandbox.kill();
  });

  test('twenty pauses and resumes at once leave a sandbox that works', async () => {
    const sandbox = await e2b.Sandbox.create();
    const turns = Array.from({ length: 10 }, () => [sandbox.pause(), e2b.Sandbox.connect(sandbox.sandboxId)]);

    await Promise.all(turns.flat());
    await e2b.Sandbox.connect(sandbox.sandboxId);

    expect((await sandbox.commands.run('echo fine')).stdout).toBe('fine\n');
    await sandbox.kill();
  });

  test.skipIf(home === 'in memory')(
    'a pause without memory keeps the files and ends the processes',
    async () => {
      const sandbox = await e2b.Sandbox.create({ envs: { WORD: 'kept' } });
      await sandbox.files.write('deep/file', 'kept');
      await sandbox.commands.run('sleep 600', { background: true });

      const isPaused = await sandbox.pause({ keepMemory: false });
      const info = await sandbox.getInfo();
      const again = await e2b.Sandbox.connect(sandbox.sandboxId);

      expect([isPaused, info.state]).toEqual([true, 'paused']);
      expect(await again.files.read('deep/file')).toBe('kept');
      expect(await again.commands.list()).toEqual([]);
      expect((await sandbox.commands.run('echo $WORD; touch new; ls')).stdout).toBe('kept\ndeep\nnew\n');
      expect((await again.getInfo()).startedAt).toEqual(info.startedAt);
      await again.kill();
    },
  );
});
