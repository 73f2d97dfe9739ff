import { randomBytes } from 'node:crypto';
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { type TestAgent, until } from '../support/agent.ts';
import { useAgent } from '../support/use-agent.ts';

let agent: TestAgent;
useAgent((opened) => ({ agent } = opened));

const OCTETS = { 'content-type': 'application/octet-stream' };

function inHome(...names: string[]): string {
  return path.join(agent.home, ...names);
}

async function multipart(files: readonly { name: string; content: string | Buffer }[], query = '') {
  const form = new FormData();
  for (const { name, content } of files) form.append('file', new Blob([content]), name);
  const encoded = new Response(form);
  return agent.ask(`/files${query}`, {
    method: 'POST',
    headers: { 'content-type': encoded.headers.get('content-type') ?? '' },
    body: Buffer.from(await encoded.arrayBuffer()),
  });
}

test('POST /files writes many files of one multipart request and creates their directories', async () => {
  const big = randomBytes(3_000_000);
  const answer = await multipart([
    { name: 'multi/deep/a.txt', content: 'A' },
    { name: inHome('multi/b.bin'), content: big },
    { name: 'multi/empty', content: '' },
  ]);

  expect(JSON.parse(answer.body.toString())).toEqual([
    { path: inHome('multi/deep/a.txt'), name: 'a.txt', type: 'file' },
    { path: inHome('multi/b.bin'), name: 'b.bin', type: 'file' },
    { path: inHome('multi/empty'), name: 'empty', type: 'file' },
  ]);
  expect(readFileSync(inHome('multi/deep/a.txt'), 'utf8')).toBe('A');
  expect(readFileSync(inHome('multi/b.bin')).equals(big)).toBe(true);
  expect(readFileSync(inHome('multi/empty'), 'utf8')).toBe('');
  expect(readdirSync(inHome('multi'))).toEqual(['b.bin', 'deep', 'empty']);
});

test('POST /files with a path puts the one file there and refuses a second', async () => {
  const one = await multipart([{ name: 'ignored', content: 'X' }], '?path=chosen.txt&username=root');
  const two = await multipart(
    [
      { name: 'a', content: '1' },
      { name: 'b', content: '2' },
    ],
    '?path=chosen.txt',
  );

  expect(one.status).toBe(200);
  expect(readFileSync(inHome('chosen.txt'), 'utf8')).toBe('1');
  expect(two.status).toBe(400);
});

test('POST /files takes a body as it is, and gzip', async () => {
  const content = randomBytes(900_000);
  const plain = await agent.ask('/files?path=raw/plain.bin', {
    method: 'POST',
    headers: OCTETS,
    body: content,
  });
  const zipped = await agent.ask('/files?path=raw/zipped.bin', {
    method: 'POST',
    headers: { ...OCTETS, 'content-encoding': 'gzip' },
    body: gzipSync(content),
  });

  expect([plain.status, zipped.status]).toEqual([200, 200]);
  expect(readFileSync(inHome('raw/plain.bin')).equals(content)).toBe(true);
  expect(readFileSync(inHome('raw/zipped.bin')).equals(content)).toBe(true);
});

test('POST /files keeps the mode of a file and writes through a symlink', async () => {
  writeFileSync(inHome('tool.sh'), 'old');
  chmodSync(inHome('tool.sh'), 0o755);
  symlinkSync('tool.sh', inHome('link.sh'));

  await agent.ask('/files?path=link.sh', { method: 'POST', headers: OCTETS, body: 'new' });

  expect(readFileSync(inHome('tool.sh'), 'utf8')).toBe('new');
  expect(statSync(inHome('tool.sh')).mode & 0o777).toBe(0o755);
  expect(readlinkSync(inHome('link.sh'))).toBe('tool.sh');
});

test.for([
  ['a directory as target', '?path=dir', OCTETS, 'x', 400],
  ['a file as parent', '?path=file/x', OCTETS, 'x', 400],
  ['no path', '', OCTETS, 'x', 400],
  ['a user that does not exist', '?path=x&username=nobody2', OCTETS, 'x', 401],
  ['broken gzip', '?path=broken', { ...OCTETS, 'content-encoding': 'gzip' }, 'not gzip', 400],
  ['an encoding that is not supported', '?path=x', { ...OCTETS, 'content-encoding': 'zstd' }, 'x', 400],
  ['a multipart body cut short', '', { 'content-type': 'multipart/form-data; boundary=b' }, '--b\r\n', 400],
] as const)('POST /files refuses %s', async ([, query, headers, body, status]) => {
  mkdirSync(inHome('dir'), { recursive: true });
  writeFileSync(inHome('file'), '');

  const answer = await agent.ask(`/files${query}`, { method: 'POST', headers, body });

  expect(answer.status).toBe(status);
  expect(JSON.parse(answer.body.toString())).toEqual({ code: status, message: expect.any(String) });
});

test('An upload that stops half-way leaves the old file and no other', async () => {
  mkdirSync(inHome('half'));
  writeFileSync(inHome('half/x'), 'old');
  const channel = agent.mux.open({ port: 49_983 });
  channel.write('POST /files?path=half/x HTTP/1.1\r\nhost: x\r\ncontent-length: 3000000\r\n\r\n');
  channel.write(Buffer.alloc(1_000_000));
  await until(() => readdirSync(inHome('half')).length === 2);

  channel.destroy();
  await until(() => readdirSync(inHome('half')).length === 1);

  expect(readFileSync(inHome('half/x'), 'utf8')).toBe('old');
});

test('GET /files returns the bytes of a file, also of one that hides its size', async () => {
  const content = randomBytes(2_000_000);
  writeFileSync(inHome('get.bin'), content);

  const answer = await agent.ask('/files?path=get.bin');
  const empty = await agent.ask('/files?path=/proc/self/stat');

  expect(answer.headers['content-length']).toBe('2000000');
  expect(answer.body.equals(content)).toBe(true);
  expect(empty.body.length).toBeGreaterThan(10);
});

test('GET /files says what is missing and what is no file', async () => {
  mkdirSync(inHome('folder'), { recursive: true });

  const missing = await agent.ask('/files?path=none/such');
  const directory = await agent.ask('/files?path=folder');

  expect(missing.status).toBe(404);
  expect(JSON.parse(missing.body.toString())).toEqual({
    code: 404,
    message: `path '${inHome('none/such')}' does not exist`,
  });
  expect(directory.status).toBe(400);
});

test('GET /health, /envs, /metrics and POST /init answer as envd does', async () => {
  const health = await agent.ask('/health');
  const init = await agent.ask('/init', { method: 'POST', body: { envVars: { TEAM: 'blue' } } });
  const envs = await agent.ask('/envs');
  const metrics = await agent.ask('/metrics');
  const { stdout } = await agent.shell('echo $TEAM');

  expect([health.status, init.status]).toEqual([204, 204]);
  expect(JSON.parse(envs.body.toString())).toMatchObject({ TEAM: 'blue', E2B_SANDBOX: 'true' });
  expect(JSON.parse(metrics.body.toString())).toMatchObject({
    cpu_count: expect.any(Number),
    cpu_used_pct: expect.any(Number),
    mem_used: expect.any(Number),
    disk_total: expect.any(Number),
  });
  expect(stdout).toBe('blue\n');
});
