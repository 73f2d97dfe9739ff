import { Sandbox, Volume } from 'e2b';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { request as httpRequest } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { chooseIsolation } from '../../src/host/isolation/choose-isolation.ts';
import { call } from '../support/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { until } from '../support/until.ts';

/** Volumes, as a program written for E2B uses them, and as a hostile sandbox does. */
describe('volumes', () => {
  const stateDir = mkdtempSync(join(tmpdir(), 'iris-volumes-'));
  let host: EmbeddedHost;
  let options: { apiKey: string; apiUrl: string; sandboxUrl: string };
  const content = (): { apiUrl: string } => ({ apiUrl: host.url });

  beforeAll(async () => {
    host = await openRealHost({ stateDir });
    options = { apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url };
  });
  afterAll(async () => {
    await host[Symbol.asyncDispose]();
    rmSync(stateDir, { recursive: true, force: true });
  });

  const dataOf = (volume: Volume): string => join(stateDir, 'volumes', volume.volumeId, 'data');

  test('are made, found, listed and destroyed', async () => {
    const volume = await Volume.create('life', options);

    const connected = await Volume.connect(volume.volumeId, options);
    const listed = await Volume.list(options);

    expect([connected.name, connected.token]).toEqual(['life', volume.token]);
    expect(listed).toContainEqual({ volumeId: volume.volumeId, name: 'life' });
    await expect(Volume.create('life', options)).rejects.toThrow('409');
    await expect(Volume.create('../up', options)).rejects.toThrow('400');
    expect(await Volume.destroy(volume.volumeId, options)).toBe(true);
    expect(await Volume.destroy(volume.volumeId, options)).toBe(false);
    await expect(Volume.getInfo('../../etc', options)).rejects.toThrow('not found');
    expect((await Volume.create('life', options)).volumeId).not.toBe(volume.volumeId);
  });

  test('keep files and folders that clients write, read and remove', async () => {
    const volume = await Volume.create('content', options);
    const bytes = Buffer.alloc(2_000_000, 'abc');

    const written = await volume.writeFile('/a b.txt', 'hei', { mode: 0o600, ...content() });
    await volume.makeDir('/deep/er', { force: true, ...content() });
    await volume.writeFile('/deep/er/bytes', new Blob([bytes]), content());
    const renewed = await volume.updateMetadata('/a b.txt', { mode: 0o640 }, content());
    const listed = await volume.list('/', { depth: 3, ...content() });

    expect(written).toMatchObject({
      name: 'a b.txt',
      path: '/a b.txt',
      type: 'file',
      size: 3,
      mode: 0o600,
      uid: 1000,
    });
    expect(renewed.mode).toBe(0o640);
    expect(listed.map(({ path, type }) => [path, type])).toEqual([
      ['/a b.txt', 'file'],
      ['/deep', 'directory'],
      ['/deep/er', 'directory'],
      ['/deep/er/bytes', 'file'],
    ]);
    expect(await volume.readFile('/a b.txt', content())).toBe('hei');
    const read = await volume.readFile('deep/er/bytes', { format: 'bytes', ...content() });
    expect(Buffer.compare(Buffer.from(read), bytes)).toBe(0);
    await volume.remove('/deep', content());
    expect(await volume.exists('/deep/er', content())).toBe(false);
    await expect(volume.writeFile('/no/where', 'x', content())).rejects.toThrow('not found');
    await expect(volume.readFile('/none', content())).rejects.toThrow('not found');
    await expect(volume.makeDir('/a b.txt', content())).rejects.toThrow('409');
  });

  test('a folder of any depth is removed', async () => {
    const volume = await Volume.create('depth', options);
    const path = `/${Array.from({ length: 300 }, () => 'd').join('/')}`;
    await volume.makeDir(path, { force: true, ...content() });

    await volume.remove('/d', content());

    expect(await volume.list('/', content())).toEqual([]);
  });

  test('are shared by sandboxes and outlive them', async () => {
    const volume = await Volume.create('shared', options);
    await volume.writeFile('/from-client', 'hei', content());
    const create = (): Promise<Sandbox> =>
      Sandbox.create({ ...options, volumeMounts: { '/mnt/v': volume, '/home/user/w': 'shared' } });

    const first = await create();
    await first.commands.run(
      'cat /mnt/v/from-client && mkdir /mnt/v/d && echo one >/mnt/v/d/f && rm /home/user/w/from-client',
    );
    const second = await create();
    const seen = await second.commands.run(
      'cat /mnt/v/d/f; stat -c "%u %g" /mnt/v /mnt/v/d/f; echo two >>/mnt/v/d/f; ls /mnt/v',
    );
    const info = await call(`${host.url}/sandboxes/${first.sandboxId}`, {
      headers: { 'x-api-key': host.apiKey },
    });
    const listed = await Sandbox.list(options).nextItems();
    await Promise.all([first.kill(), second.kill()]);

    expect(seen.stdout).toBe('one\n1000 1000\n1000 1000\nd\n');
    expect(info.json().volumeMounts).toEqual([
      { name: 'shared', path: '/mnt/v' },
      { name: 'shared', path: '/home/user/w' },
    ]);
    expect(listed.find((each) => each.sandboxId === first.sandboxId)?.volumeMounts).toEqual(
      info.json().volumeMounts,
    );
    expect(await volume.readFile('/d/f', content())).toBe('one\ntwo\n');
  });

  test('appear in the second rung, too', async () => {
    const isolation = await chooseIsolation({ wanted: 'util-linux' });
    await using other = await openRealHost({ stateDir, isolation });
    const volume = await Volume.create('second-rung', options);
    const sandbox = await Sandbox.create({
      apiKey: other.apiKey,
      apiUrl: other.url,
      sandboxUrl: other.url,
      volumeMounts: { '/data/a b': volume },
    });

    await sandbox.commands.run('echo hei >"/data/a b/f"; ln -s /etc/passwd "/data/a b/link"');
    const denied = sandbox.commands.run('touch /data/x');

    await expect(denied).rejects.toThrow();
    expect(await volume.readFile('/f', content())).toBe('hei\n');
  });

  test('are refused without walls', async () => {
    await using other = await openRealHost({
      stateDir,
      isolation: await chooseIsolation({ wanted: 'none' }),
    });
    const volume = await Volume.create('no-walls', options);

    const creating = Sandbox.create({
      apiKey: other.apiKey,
      apiUrl: other.url,
      volumeMounts: { '/mnt/v': volume },
    });

    await expect(creating).rejects.toThrow('Volumes need isolation by namespaces');
  });

  test.each([
    'relative',
    '/',
    '/etc/x',
    '/mnt/../etc',
    '/home/user',
    '/lib64',
    '/a\nb',
    `/${'x'.repeat(300)}`,
  ])('cannot be mounted at %j', async (path) => {
    await expect(Sandbox.create({ ...options, volumeMounts: { [path]: 'any' } })).rejects.toThrow('400');
  });

  test('that do not exist cannot be mounted', async () => {
    await expect(Sandbox.create({ ...options, volumeMounts: { '/mnt/v': 'nope' } })).rejects.toThrow(
      'not found',
    );
  });

  test('do not let a planted link lead the host anywhere', async () => {
    const volume = await Volume.create('links', options);
    const outside = join(stateDir, 'outside');
    await mkdir(outside);
    await writeFile(join(outside, 'secret'), 'secret');
    await symlink(outside, join(dataOf(volume), 'dir'));
    await symlink(join(outside, 'secret'), join(dataOf(volume), 'file'));

    const listed = await volume.list('/', { depth: 9, ...content() });
    expect(listed.map(({ path, type, target }) => [path, type, target])).toEqual([
      ['/dir', 'symlink', outside],
      ['/file', 'symlink', join(outside, 'secret')],
    ]);
    await expect(volume.readFile('/file', content())).rejects.toThrow('400');
    await expect(volume.readFile('/dir/secret', content())).rejects.toThrow('400');
    await expect(volume.list('/dir', content())).rejects.toThrow('400');
    await expect(volume.writeFile('/dir/new', 'x', { force: true, ...content() })).rejects.toThrow('400');
    await expect(volume.makeDir('/dir/new', { force: true, ...content() })).rejects.toThrow('400');
    await expect(volume.updateMetadata('/file', { mode: 0o777 }, content())).rejects.toThrow('400');
    await expect(volume.remove('/dir/secret', content())).rejects.toThrow('400');
    await volume.writeFile('/file', 'mine', content());
    await volume.remove('/dir', content());

    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
    expect(await volume.readFile('/file', content())).toBe('mine');
    await Volume.destroy(volume.volumeId, options);
    expect(await readFile(join(outside, 'secret'), 'utf8')).toBe('secret');
  });

  test('a link that comes and goes never shows what lies outside', async () => {
    const volume = await Volume.create('race', options);
    const outside = join(stateDir, 'race-outside');
    await mkdir(outside);
    await writeFile(join(outside, 'f'), 'secret');
    const sandbox = await Sandbox.create({ ...options, volumeMounts: { '/mnt/v': volume } });
    await sandbox.commands.run('mkdir /mnt/v/real && echo fine >/mnt/v/real/f');
    const swap = await sandbox.commands.run(
      `cd /mnt/v; while :; do ln -sfn ${outside} d; ln -sfn real d; rm -f d; mv real d; mv d real; done`,
      { background: true },
    );

    const answers = new Set<string>();
    for (let count = 0; count < 200; count += 1)
      answers.add(await volume.readFile('/d/f', content()).catch(() => 'refused'));
    await swap.kill();
    await sandbox.kill();

    expect([...answers].filter((answer) => answer !== 'fine\n' && answer !== 'refused')).toEqual([]);
  });

  test('special files are listed and removed, never opened', async () => {
    const volume = await Volume.create('special', options);
    const sandbox = await Sandbox.create({ ...options, volumeMounts: { '/mnt/v': volume } });
    await sandbox.commands.run('mkfifo /mnt/v/pipe; mkdir -p /mnt/v/shut/in; chmod 0 /mnt/v/shut');

    const [pipe] = await volume.list('/', content());
    expect([pipe?.name, pipe?.type]).toEqual(['pipe', 'unknown']);
    await expect(volume.readFile('/pipe', content())).rejects.toThrow('400');
    await volume.remove('/pipe', content());
    await volume.remove('/shut', content());

    expect(await volume.list('/', content())).toEqual([]);
    await sandbox.kill();
  });

  test('a file whose upload breaks off does not appear', async () => {
    const volume = await Volume.create('broken', options);

    await new Promise<void>((resolve) => {
      const upload = httpRequest(`${host.url}/volumecontent/${volume.volumeId}/file?path=/f`, {
        method: 'PUT',
        headers: { authorization: `Bearer ${volume.token}` },
      });
      upload.on('error', () => undefined);
      upload.on('close', resolve);
      upload.write(Buffer.alloc(100_000), () => upload.destroy());
    });

    const stageDir = join(stateDir, 'volumes', volume.volumeId, 'stage');
    await until('an empty stage', async () => (await readdir(stageDir)).length === 0);
    expect(await volume.exists('/f', content())).toBe(false);
  });

  test.each([
    ['GET', 'file?path=/../x', 400],
    ['GET', 'file?path=/a%00b', 400],
    ['GET', 'file', 400],
    ['GET', `dir?path=/&depth=1000`, 400],
    ['PUT', 'file?path=/', 400],
    ['PUT', 'file?path=/f&mode=x', 400],
    ['PUT', 'file?path=/f&uid=-5', 400],
    ['DELETE', 'path?path=/', 400],
    ['PATCH', 'dir?path=/', 404],
  ])('the content API answers %s %s with %i', async (method, target, status) => {
    const volume = await Volume.create(`odd-${Math.random().toString(36).slice(2)}`, options);

    const reply = await call(`${host.url}/volumecontent/${volume.volumeId}/${target}`, {
      method,
      headers: { authorization: `Bearer ${volume.token}` },
    });

    expect([reply.status, reply.json().code]).toEqual([status, String(status)]);
  });

  test('the content API needs the token of that very volume', async () => {
    const mine = await Volume.create('mine', options);
    const other = await Volume.create('other', options);
    const target = `${host.url}/volumecontent/${mine.volumeId}/dir?path=/`;

    const statuses = await Promise.all(
      [['x-api-key', host.apiKey] as const, ['authorization', `Bearer ${other.token}`] as const].map(
        async (header) => (await call(target, { headers: Object.fromEntries([header]) })).status,
      ),
    );

    expect(statuses).toEqual([401, 401]);
  });
});
