import { CommandExitError, E2B, NotFoundError, TimeoutError } from '@e2b/code-interpreter';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { until } from '../support/host.ts';
import { openRealHost } from '../support/real-host.ts';

/** The official SDK, as any program written for E2B uses it, against a host with real sandboxes. */
describe('E2B SDK', () => {
  let host: EmbeddedHost;
  let e2b: E2B;

  beforeAll(async () => {
    host = await openRealHost();
    e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
  });
  afterAll(() => host[Symbol.asyncDispose]());

  test('creates, finds, describes and kills a sandbox', async () => {
    const sandbox = await e2b.Sandbox.create({ metadata: { 'who am': 'i & i' }, timeoutMs: 60_000 });

    const listed = await e2b.Sandbox.list({ query: { metadata: { 'who am': 'i & i' } } }).nextItems();
    const info = await sandbox.getInfo();
    const isRunning = await sandbox.isRunning();
    const isKilled = await sandbox.kill();

    expect(listed.map((each) => each.sandboxId)).toEqual([sandbox.sandboxId]);
    expect(info).toMatchObject({
      sandboxId: sandbox.sandboxId,
      metadata: { 'who am': 'i & i' },
      state: 'running',
    });
    expect([isRunning, isKilled]).toEqual([true, true]);
    expect(await sandbox.isRunning()).toBe(false);
    expect(await e2b.Sandbox.kill(sandbox.sandboxId)).toBe(false);
  });

  test('moves the end of a sandbox', async () => {
    const sandbox = await e2b.Sandbox.create({ timeoutMs: 60_000 });

    await sandbox.setTimeout(600_000);
    const { endAt } = await sandbox.getInfo();
    await sandbox.setTimeout(0);
    await until(() => host.facts(sandbox.sandboxId) === undefined);

    expect(endAt.getTime() - Date.now()).toBeGreaterThan(590_000);
  });

  test('runs commands and tells stdout, stderr and exit code apart', async () => {
    const sandbox = await e2b.Sandbox.create({ envs: { GREETING: 'hei' } });

    const good = await sandbox.commands.run('echo "$GREETING $MORE"; echo oops >&2; pwd', {
      envs: { MORE: 'du' },
    });
    const bad = sandbox.commands.run('exit 3');

    expect(good).toMatchObject({ stdout: 'hei du\n/home/user\n', stderr: 'oops\n', exitCode: 0 });
    await expect(bad).rejects.toBeInstanceOf(CommandExitError);
    await expect(bad).rejects.toMatchObject({ exitCode: 3 });
    await sandbox.kill();
  });

  test('writes and reads files, one or many in a request', async () => {
    const sandbox = await e2b.Sandbox.create();
    const bytes = Buffer.alloc(3_000_000, 'abc');

    await sandbox.files.write('/home/user/deep/a.txt', 'hei');
    await sandbox.files.write([
      { path: '/home/user/b.bin', data: new Blob([bytes]) },
      { path: 'c.txt', data: 'relative' },
    ]);

    expect(await sandbox.files.read('/home/user/deep/a.txt')).toBe('hei');
    expect(Buffer.from(await sandbox.files.read('/home/user/b.bin', { format: 'bytes' })).equals(bytes)).toBe(
      true,
    );
    expect(await sandbox.files.read('/home/user/c.txt')).toBe('relative');
    await expect(sandbox.files.read('/home/user/none')).rejects.toBeInstanceOf(NotFoundError);
    await sandbox.kill();
  });

  test('serves signed file URLs to programs without a key', async () => {
    const sandbox = await e2b.Sandbox.create();
    await sandbox.files.write('/home/user/ä b.txt', 'signed');

    const read = await fetch(await sandbox.downloadUrl('/home/user/ä b.txt', { useSignatureExpiration: 60 }));
    const body = new FormData();
    body.append('file', new Blob(['uploaded']), 'up.txt');
    const written = await fetch(await sandbox.uploadUrl('/home/user/up.txt'), { method: 'POST', body });

    expect([read.status, await read.text()]).toEqual([200, 'signed']);
    expect(written.status).toBe(200);
    expect(await sandbox.files.read('/home/user/up.txt')).toBe('uploaded');
    await sandbox.kill();
  });

  test('finds a background process again by its pid, from another connection', async () => {
    const sandbox = await e2b.Sandbox.create();
    const first = await sandbox.commands.run('read line; echo "got $line"; exit 5', {
      background: true,
      stdin: true,
    });
    await first.disconnect();

    const again = await e2b.Sandbox.connect(sandbox.sandboxId);
    const second = await again.commands.connect(first.pid);
    await again.commands.sendStdin(first.pid, 'word\n');
    const ending = second.wait();

    await expect(ending).rejects.toMatchObject({ exitCode: 5, stdout: 'got word\n' });
    await sandbox.kill();
  });

  test('tells a command that its sandbox is gone', async () => {
    const sandbox = await e2b.Sandbox.create();
    const handle = await sandbox.commands.run('sleep 60', { background: true });
    const ending = handle.wait();
    ending.catch(() => undefined);

    await sandbox.kill();

    await expect(ending).rejects.toBeInstanceOf(TimeoutError);
    await expect(sandbox.commands.run('true')).rejects.toThrow(/not found|probably not running/);
  });

  test('reports metrics of the sandbox', async () => {
    const sandbox = await e2b.Sandbox.create();

    const [sample] = await sandbox.getMetrics();

    expect(sample?.memUsed).toBeGreaterThan(1_000_000);
    expect(sample?.memTotal).toBe(1024 * 1024 * 1024);
    await sandbox.kill();
  });

  test('reaches a server in the sandbox, and names a port where none listens', async () => {
    const sandbox = await e2b.Sandbox.create();
    const program = `require("http").createServer((q, r) => r.end("hei " + q.url)).listen(8080, () => console.log("up"))`;
    await sandbox.files.write('server.cjs', program);
    let isUp = false;
    await sandbox.commands.run('node server.cjs', { background: true, onStdout: () => void (isUp = true) });
    await until(() => isUp);
    const ask = (port: string) =>
      fetch(`${host.url}/x`, { headers: { 'e2b-sandbox-id': sandbox.sandboxId, 'e2b-sandbox-port': port } });

    const open = await ask('8080');
    const closed = await ask('8081');

    expect(await open.text()).toBe('hei /x');
    expect(await closed.json()).toMatchObject({
      code: 502,
      message: 'The sandbox is running but port is not open',
    });
    await sandbox.kill();
  });

  test('starts several sandboxes at once, each with its own files', async () => {
    const sandboxes = await Promise.all([1, 2, 3].map(() => e2b.Sandbox.create()));
    await Promise.all(sandboxes.map((sandbox, index) => sandbox.files.write('mine', String(index))));

    const mine = await Promise.all(sandboxes.map((sandbox) => sandbox.commands.run('cat mine; ls | wc -l')));

    expect(mine.map((result) => result.stdout)).toEqual(['01\n', '11\n', '21\n']);
    await Promise.all(sandboxes.map((sandbox) => sandbox.kill()));
    expect(sandboxes.map((sandbox) => host.facts(sandbox.sandboxId))).toEqual([
      undefined,
      undefined,
      undefined,
    ]);
  });
});
