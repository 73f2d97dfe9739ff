import {
  E2B,
  FileType,
  InvalidArgumentError,
  NotEnoughSpaceError,
  NotFoundError,
  type Sandbox,
} from '@e2b/code-interpreter';
import { gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from '../support/real-host.ts';

/** `sandbox.files` of the official SDK against a real sandbox of the embedded host. */
let host: EmbeddedHost;
let sandbox: Sandbox;

beforeAll(async () => {
  host = await openRealHost();
  const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
  sandbox = await e2b.Sandbox.create({ timeoutMs: 600_000 });
});
afterAll(() => host[Symbol.asyncDispose]());

async function shell(command: string): Promise<string> {
  return (await sandbox.commands.run(command)).stdout;
}

test('files.read() gives a file as text, bytes, blob and stream, also an empty one', async () => {
  await sandbox.files.write('formats.txt', 'hei ä');
  await sandbox.files.write('empty.txt', '');

  const text = await sandbox.files.read('formats.txt');
  const bytes = await sandbox.files.read('formats.txt', { format: 'bytes', gzip: true });
  const blob = await sandbox.files.read('formats.txt', { format: 'blob' });
  const stream = await sandbox.files.read('formats.txt', { format: 'stream' });

  expect([text, Buffer.from(bytes).toString(), await blob.text()]).toEqual(['hei ä', 'hei ä', 'hei ä']);
  expect(await new Response(stream).text()).toBe('hei ä');
  expect(await sandbox.files.read('empty.txt')).toBe('');
  expect(await sandbox.files.read('empty.txt', { format: 'bytes', gzip: true })).toHaveLength(0);
});

test('files.write() takes text, ArrayBuffer, Blob and stream, with gzip and as octets', async () => {
  const content = 'x'.repeat(300_000);
  const bytes = new TextEncoder().encode(content).buffer;

  await sandbox.files.write('w/text', content);
  await sandbox.files.write('w/buffer', bytes);
  await sandbox.files.write('w/blob', new Blob([content]), { gzip: true });
  await sandbox.files.write('w/stream', new Blob([content]).stream());
  const octets = await sandbox.files.write('w/octets', content, { useOctetStream: true });
  const sums = await shell('cd w && md5sum * | cut -c1-32 | sort -u | wc -l; ls | wc -l; stat -c %a text .');

  expect(sums).toBe('1\n5\n644\n755\n');
  expect(octets).toMatchObject({ name: 'octets', type: 'file', path: '/home/user/w/octets' });
});

test('files.write() keeps metadata with the file, through a rename and until the next write', async () => {
  const written = await sandbox.files.write('meta/a.txt', 'A', { metadata: { Owner: 'me', note: 'x = y' } });
  const info = await sandbox.files.getInfo('meta/a.txt');
  const renamed = await sandbox.files.rename('meta/a.txt', 'meta/b.txt');
  const [listed] = await sandbox.files.list('meta');
  await sandbox.files.write('meta/b.txt', 'B');

  const metadata = { owner: 'me', note: 'x = y' };
  expect([written, info, renamed, listed].map((each) => each?.metadata)).toEqual(
    Array.from({ length: 4 }, () => metadata),
  );
  expect((await sandbox.files.getInfo('meta/b.txt')).metadata).toBeUndefined();
});

test('files.write() puts one set of metadata on many files', async () => {
  const files = [1, 2, 3].map((each) => ({ path: `many/${each}`, data: String(each) }));

  await sandbox.files.write(files, { metadata: { batch: '7' } });
  await sandbox.files.write(
    [1, 2].map((each) => ({ path: `octets/${each}`, data: String(each) })),
    { useOctetStream: true, metadata: { batch: '8' } },
  );

  const entries = [...(await sandbox.files.list('many')), ...(await sandbox.files.list('octets'))];
  expect(entries.map((entry) => entry.metadata?.['batch'])).toEqual(['7', '7', '7', '8', '8']);
});

test('files.getInfo() describes files, directories and symlinks', async () => {
  await sandbox.files.write('info/a.txt', 'hello');
  await shell('cd info && chmod 640 a.txt && ln -s a.txt link && ln -s .. up && ln -s none broken');

  const file = await sandbox.files.getInfo('info/a.txt');
  const directory = await sandbox.files.getInfo('/home/user/info/');
  const link = await sandbox.files.getInfo('info/link');
  const up = await sandbox.files.getInfo('~/info/up');

  expect(file).toMatchObject({
    name: 'a.txt',
    type: FileType.FILE,
    path: '/home/user/info/a.txt',
    size: 5,
    mode: 0o640,
    permissions: '-rw-r-----',
    owner: 'user',
    group: 'user',
  });
  expect(Math.abs((file.modifiedTime?.getTime() ?? 0) - Date.now())).toBeLessThan(60_000);
  expect(directory).toMatchObject({ name: 'info', type: FileType.DIR, permissions: 'drwxr-xr-x' });
  expect(link).toMatchObject({ type: FileType.FILE, symlinkTarget: '/home/user/info/a.txt', mode: 0o640 });
  expect(up).toMatchObject({ type: FileType.DIR, symlinkTarget: '/home/user' });
  expect(await sandbox.files.exists('info/broken')).toBe(true);
});

test('files.list() goes as deep as it is told, in a stable order, without following links', async () => {
  await shell('mkdir -p tree/b/c/d tree/a && touch tree/b/f tree/z tree/b/c/g && ln -s b tree/link');

  const one = await sandbox.files.list('tree');
  const two = await sandbox.files.list('tree', { depth: 2 });
  const all = await sandbox.files.list('tree', { depth: 99 });
  const through = await sandbox.files.list('tree/link');

  const below = (entries: typeof one) => entries.map((entry) => entry.path.replace('/home/user/tree/', ''));
  expect(below(one)).toEqual(['a', 'b', 'link', 'z']);
  expect(below(two)).toEqual(['a', 'b', 'b/c', 'b/f', 'link', 'z']);
  expect(below(all)).toEqual(['a', 'b', 'b/c', 'b/c/d', 'b/c/g', 'b/f', 'link', 'z']);
  expect(below(through)).toEqual(['link/c', 'link/f']);
});

test('files.list() refuses a file and misses what is not there', async () => {
  await sandbox.files.write('plain', '');

  await expect(sandbox.files.list('plain')).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(sandbox.files.list('nowhere')).rejects.toBeInstanceOf(NotFoundError);
});

test('files.makeDir() makes parents, and says when the directory is there', async () => {
  const made = await sandbox.files.makeDir('new/deep/er');
  const again = await sandbox.files.makeDir('new/deep/er');
  await sandbox.files.write('new/file', '');

  expect([made, again]).toEqual([true, false]);
  await expect(sandbox.files.makeDir('new/file')).rejects.toBeInstanceOf(InvalidArgumentError);
  await expect(sandbox.files.makeDir('new/file/below')).rejects.toThrow('not a directory');
});

test(
  'a directory in a place that takes none is refused at once, as what it is',
  { timeout: 20_000 },
  async () => {
    const attempts = [
      sandbox.files.makeDir('/proc/new'),
      sandbox.files.write('/proc/new/file', ''),
      sandbox.files.rename('/tmp', '/proc/new/tmp'),
      sandbox.files.makeDir('/usr/new'),
      sandbox.files.write('/usr/new/deep/file', ''),
    ];

    const [proc, procWrite, procRename, usr, usrWrite] = await Promise.allSettled(attempts);

    expect([proc?.status, procWrite?.status, procRename?.status]).toEqual([
      'rejected',
      'rejected',
      'rejected',
    ]);
    expect(usr).toMatchObject({
      reason: { message: expect.stringMatching(/permission_denied.*'\/usr\/new'/) },
    });
    expect(usrWrite).toMatchObject({ reason: { message: expect.stringMatching(/^403: .*E(ROFS|ACCES)/) } });
    expect(await shell('echo on')).toBe('on\n');
  },
);

test('files.rename() moves files and directories, also from one file system to another', async () => {
  await sandbox.files.write('from/x/y', 'content');

  const moved = await sandbox.files.rename('from', 'to/other');
  const across = await sandbox.files.rename('to/other/x', '/tmp/across');

  expect(moved).toMatchObject({ name: 'other', path: '/home/user/to/other', type: FileType.DIR });
  expect(across).toMatchObject({ path: '/tmp/across', type: FileType.DIR });
  expect(await sandbox.files.read('/tmp/across/y')).toBe('content');
  await expect(sandbox.files.rename('from', 'x')).rejects.toBeInstanceOf(NotFoundError);
});

test('files.remove() removes trees, links but not their targets, and what is not there', async () => {
  await shell('mkdir -p gone/a/b keep && touch gone/a/b/c keep/me && ln -s ../keep gone/link');

  await sandbox.files.remove('gone');
  await sandbox.files.remove('gone');

  expect(await sandbox.files.exists('gone')).toBe(false);
  expect(await sandbox.files.exists('keep/me')).toBe(true);
});

test('every call knows the users user and root and no other', async () => {
  await sandbox.files.write('owned', 'x', { user: 'root' });

  expect(await sandbox.files.exists('owned', { user: 'user' })).toBe(true);
  await expect(sandbox.files.exists('owned', { user: 'mallory' })).rejects.toThrow('invalid username');
  await expect(sandbox.files.read('owned', { user: 'mallory' })).rejects.toThrow('invalid username');
  await expect(sandbox.files.write('owned', 'x', { user: 'mallory' })).rejects.toThrow('invalid username');
});

test('what does not fit into the sandbox is refused and leaves room, zipped or not', async () => {
  const member = gzipSync(Buffer.alloc(16 * 1024 * 1024));
  const bomb = Buffer.concat(Array.from({ length: 20 }, () => member));
  const form = await sandbox.uploadUrl('bomb');

  const zipped = await fetch(form, {
    method: 'POST',
    headers: { 'content-type': 'application/octet-stream', 'content-encoding': 'gzip' },
    body: bomb,
  });
  const plain = sandbox.files.write('/tmp/plain', new Blob([Buffer.alloc(70 * 1024 * 1024)]));

  expect([zipped.status, await zipped.json()]).toEqual([507, { code: 507, message: expect.any(String) }]);
  await expect(plain).rejects.toBeInstanceOf(NotEnoughSpaceError);
  expect(await shell('ls -A ~ /tmp | grep -c iris- || true')).toBe('0\n');
});

test('a file whose name is hard to write goes in and out', async () => {
  const name = `odd/ä "q" 'a' %41 & \u{1f600} #?.txt`;

  await sandbox.files.write(name, 'one');
  await sandbox.files.write([
    { path: name, data: 'two' },
    { path: 'odd/b', data: 'b' },
  ]);

  expect(await sandbox.files.read(name)).toBe('two');
  expect((await sandbox.files.list('odd')).map((entry) => `odd/${entry.name}`)).toContain(name);
});
