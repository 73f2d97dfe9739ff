import { execFileSync } from 'node:child_process';
import {
  mkdirSync,
  writeFileSync,
  ftruncateSync,
  openSync,
  closeSync,
  existsSync,
  readFileSync,
} from 'node:fs';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bundleAgent, TestAgent, type AgentBundle } from '../support/agent.ts';

let bundle: AgentBundle;
let agent: TestAgent;

beforeAll(async () => {
  bundle = await bundleAgent();
  agent = new TestAgent(bundle.file);
  writeFileSync(inHome('ten'), '0123456789');
});

afterAll(async () => {
  await agent.close();
  bundle.remove();
});

function inHome(...names: string[]): string {
  return path.join(agent.home, ...names);
}

test('GET /files sends the part that Range asks for', async () => {
  const part = await agent.ask('/files?path=ten', { headers: { range: 'bytes=2-4' } });
  const suffix = await agent.ask('/files?path=ten', { headers: { range: 'bytes=-3' } });
  const beyond = await agent.ask('/files?path=ten', { headers: { range: 'bytes=10-' } });
  const several = await agent.ask('/files?path=ten', { headers: { range: 'bytes=0-1,3-4' } });

  expect([part.status, part.body.toString(), part.headers['content-range']]).toEqual([
    206,
    '234',
    'bytes 2-4/10',
  ]);
  expect([suffix.status, suffix.body.toString()]).toEqual([206, '789']);
  expect([beyond.status, beyond.headers['content-range'], beyond.body.length]).toEqual([
    416,
    'bytes */10',
    0,
  ]);
  expect([several.status, several.body.toString()]).toEqual([200, '0123456789']);
});

test('GET /files sends a part only of the content that the client knows', async () => {
  const { headers } = await agent.ask('/files?path=ten');
  const known = { range: 'bytes=0-0', 'if-range': headers.etag ?? '' };

  const same = await agent.ask('/files?path=ten', { headers: known });
  const other = await agent.ask('/files?path=ten', { headers: { ...known, 'if-range': '"other"' } });
  const unchanged = await agent.ask('/files?path=ten', { headers: { 'if-none-match': headers.etag ?? '' } });

  expect([same.status, other.status, unchanged.status]).toEqual([206, 200, 304]);
});

test('HEAD /files tells the size without the bytes', async () => {
  const answer = await agent.ask('/files?path=ten', { method: 'HEAD' });

  expect([answer.status, answer.headers['content-length'], answer.body.length]).toEqual([200, '10', 0]);
  expect(answer.headers['content-disposition']).toBe("inline; filename*=UTF-8''ten");
});

test('GET /files zips for who asks for just that', async () => {
  const zipped = await agent.ask('/files?path=ten', { headers: { 'accept-encoding': 'gzip' } });
  const usual = await agent.ask('/files?path=ten', { headers: { 'accept-encoding': 'gzip, deflate' } });

  expect([zipped.headers['content-encoding'], gunzipSync(zipped.body).toString()]).toEqual([
    'gzip',
    '0123456789',
  ]);
  expect([usual.headers['content-encoding'], usual.body.toString()]).toEqual([undefined, '0123456789']);
});

test('a file that shrinks while it is sent breaks the connection instead of leaving the client to wait', async () => {
  writeFileSync(inHome('shrinks'), Buffer.alloc(64 * 1024 * 1024));
  const response = await agent.open('/files?path=shrinks');
  const file = openSync(inHome('shrinks'), 'r+');
  ftruncateSync(file, 1000);
  closeSync(file);

  const reading = (async () => {
    let bytes = 0;
    for await (const chunk of response) bytes += chunk.length;
    return bytes;
  })();

  await expect(reading).rejects.toThrow('aborted');
});

test.for([
  ['a pipe', 'pipe'],
  ['a directory', 'dir'],
  ['a device', '/dev/zero'],
  ['a name that is too long', 'x'.repeat(300)],
  ['a path with a zero byte', 'a%00b'],
  ['a link to itself', 'loop'],
])('GET /files refuses %s', async ([, name]) => {
  mkdirSync(inHome('dir'), { recursive: true });
  if (!existsSync(inHome('pipe'))) await agent.shell('mkfifo pipe');
  execFileSync('ln', ['-sfn', 'loop', inHome('loop')]);

  const answer = await agent.ask(`/files?path=${name}`);

  expect(answer.status).toBe(400);
  expect(JSON.parse(answer.body.toString())).toEqual({ code: 400, message: expect.any(String) });
});

test('POST /files/compose joins files and removes what it joined', async () => {
  for (const name of ['one', 'two']) writeFileSync(inHome(name), `${name};`);

  const answer = await agent.ask('/files/compose', {
    method: 'POST',
    body: { source_paths: ['one', 'two', 'one'], destination: 'made/joined' },
  });

  expect(JSON.parse(answer.body.toString())).toEqual({
    path: inHome('made/joined'),
    name: 'joined',
    type: 'file',
  });
  expect(readFileSync(inHome('made/joined'), 'utf8')).toBe('one;two;one;');
  expect([existsSync(inHome('one')), existsSync(inHome('two'))]).toEqual([false, false]);
});

test.for([
  ['no sources', { source_paths: [], destination: 'd' }, 400],
  ['no destination', { source_paths: ['ten'] }, 400],
  ['a source that is missing', { source_paths: ['ten', 'nowhere'], destination: 'd' }, 404],
  ['a source that is a directory', { source_paths: ['.'], destination: 'd' }, 400],
  ['a destination among the sources', { source_paths: ['ten'], destination: './ten' }, 400],
  ['sources that are no texts', { source_paths: [1], destination: 'd' }, 400],
  ['an unknown user', { source_paths: ['ten'], destination: 'd', username: 'mallory' }, 401],
] as const)('POST /files/compose refuses %s and leaves everything', async ([, body, status]) => {
  const answer = await agent.ask('/files/compose', { method: 'POST', body });

  expect(answer.status).toBe(status);
  expect([existsSync(inHome('ten')), existsSync(inHome('d'))]).toEqual([true, false]);
});
