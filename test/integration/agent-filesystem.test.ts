import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { encodeEnvelope, END_OF_STREAM, EnvelopeDecoder } from '../../src/core/connect-envelope.ts';
import { bundleAgent, TestAgent, until, type AgentBundle } from '../support/agent.ts';

let bundle: AgentBundle;
let agent: TestAgent;

beforeAll(async () => {
  bundle = await bundleAgent();
  agent = new TestAgent(bundle.file);
});

afterAll(async () => {
  await agent.close();
  bundle.remove();
});

function inHome(...names: string[]): string {
  return path.join(agent.home, ...names);
}

async function call(method: string, message: object | string, on: TestAgent = agent) {
  const answer = await on.ask(`/filesystem.Filesystem/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: message,
  });
  return { status: answer.status, body: JSON.parse(answer.body.toString()) };
}

test.for([
  ['Stat', { path: 'a\0b' }, 'invalid_argument'],
  ['Stat', { path: 'x'.repeat(300) }, 'invalid_argument'],
  ['Stat', { path: `${'y/'.repeat(5000)}z` }, 'invalid_argument'],
  ['Stat', { path: 7 }, 'invalid_argument'],
  ['Stat', '[]', 'invalid_argument'],
  ['Stat', '{"path"', 'invalid_argument'],
  ['Stat', { path: '../../../../../nowhere' }, 'not_found'],
  ['Stat', { path: 'plain/below' }, 'not_found'],
  ['ListDir', { path: '.', depth: -1 }, 'invalid_argument'],
  ['ListDir', { path: '.', depth: 'deep' }, 'invalid_argument'],
  ['ListDir', { path: 'loop' }, 'failed_precondition'],
  ['ListDir', { path: 'pipe' }, 'invalid_argument'],
  ['MakeDir', { path: 'plain/below' }, 'invalid_argument'],
  ['MakeDir', { path: 'dangling' }, 'invalid_argument'],
  ['Move', { source: 'full', destination: 'full/inside' }, 'invalid_argument'],
  ['Move', { source: 'plain', destination: 'full' }, 'invalid_argument'],
  ['Move', { source: 'other', destination: 'full' }, 'failed_precondition'],
  ['Remove', { path: '/' }, 'invalid_argument'],
  ['GetWatcherEvents', { watcherId: 'none' }, 'not_found'],
  ['RemoveWatcher', {}, 'not_found'],
  ['CreateWatcher', { path: 'plain' }, 'invalid_argument'],
  ['CreateWatcher', { path: '.', recursive: 'yes' }, 'invalid_argument'],
  ['Format', {}, 'unimplemented'],
  ['toString', {}, 'unimplemented'],
] as const)('%s of %o fails with %s', async ([method, message, code]) => {
  writeFileSync(inHome('plain'), '');
  mkdirSync(inHome('full/content'), { recursive: true });
  mkdirSync(inHome('other'), { recursive: true });
  execFileSync('ln', ['-sfn', 'loop', inHome('loop')]);
  execFileSync('ln', ['-sfn', 'nothing-here', inHome('dangling')]);
  if (!existsSync(inHome('pipe'))) await agent.shell('mkfifo pipe');

  const { body } = await call(method, message);

  expect(body).toEqual({ code, message: expect.any(String) });
  expect(existsSync(inHome('full/content'))).toBe(true);
});

test('a message that is too large is refused, and the agent lives on', async () => {
  const { body } = await call('Stat', { path: 'x'.repeat(2_000_000) });

  expect(body.code).toBe('resource_exhausted');
  expect((await call('Stat', { path: '.' })).status).toBe(200);
});

test('ListDir reports pipes, broken links and names that are no UTF-8', async () => {
  mkdirSync(inHome('odd'));
  await agent.shell('mkfifo odd/pipe');
  symlinkSync('nothing', inHome('odd/broken'));
  writeFileSync(Buffer.concat([Buffer.from(`${inHome('odd')}/z`), Buffer.of(0xff)]), 'abc');

  const { body } = await call('ListDir', { path: 'odd' });

  expect(body.entries).toMatchObject([
    { name: 'broken', type: 'FILE_TYPE_UNSPECIFIED', symlinkTarget: inHome('odd/broken'), mode: 0 },
    { name: 'pipe', type: 'FILE_TYPE_UNSPECIFIED', permissions: 'prw-r--r--' },
    { name: 'z\ufffd', type: 'FILE_TYPE_FILE', size: '3' },
  ]);
});

test('ListDir and Remove cope with a tree deeper than any path can say', async () => {
  const dig = 'for i in $(seq 150); do mkdir $n && cd $n; done';
  await agent.shell(`mkdir deep; cd deep; n=${'d'.repeat(60)}; ${dig}`);

  const { body } = await call('ListDir', { path: 'deep', depth: 4_294_967_295 });
  const removed = await call('Remove', { path: 'deep' });

  expect(body.entries.length).toBeGreaterThan(50);
  expect([removed.status, existsSync(inHome('deep'))]).toEqual([200, false]);
});

test('Remove does not follow links that are swapped in meanwhile', async () => {
  mkdirSync(inHome('safe'));
  writeFileSync(inHome('safe/file'), '');
  const swap = 'while [ -e racing ]; do ln -sfn ../safe racing/x; rm -rf racing/x; mkdir racing/x; done';
  mkdirSync(inHome('racing/x'), { recursive: true });
  const swapping = agent.shell(`(${swap}) 2>/dev/null`);

  for (let round = 0; round < 20; round += 1) await call('Remove', { path: 'racing/x' });
  renameSync(inHome('racing'), inHome('raced'));
  await swapping;

  expect(readdirSync(inHome('safe'))).toEqual(['file']);
});

test('without a tool for extended attributes the agent remembers metadata, also through a rename', async () => {
  const bare = new TestAgent(bundle.file, { PATH: '/nowhere' });
  try {
    await bare.ask('/files?path=a', { method: 'POST', headers: { 'x-metadata-k': 'v' }, body: 'x' });
    const { body } = await call('Move', { source: 'a', destination: 'b' }, bare);
    await bare.ask('/files?path=b', { method: 'POST', body: 'y' });
    const after = await call('Stat', { path: 'b' }, bare);

    expect([body.entry.metadata, after.body.entry.metadata]).toEqual([{ k: 'v' }, {}]);
  } finally {
    await bare.close();
  }
});

test('where there is no perl, python reads and writes metadata', async () => {
  const bin = inHome('only-python');
  const python = execFileSync('python3', ['-c', 'import sys; print(sys.executable)']).toString().trim();
  mkdirSync(bin);
  symlinkSync(python, path.join(bin, 'python3'));
  const bare = new TestAgent(bundle.file, { PATH: bin });
  try {
    await bare.ask('/files?path=a', { method: 'POST', headers: { 'x-metadata-k': 'v' }, body: 'x' });
    const { body } = await call('Stat', { path: 'a' }, bare);
    const seen = `import os; print(os.getxattr("${bare.home}/a", "user.e2b.k").decode())`;

    expect(body.entry.metadata).toEqual({ k: 'v' });
    expect(execFileSync('python3', ['-c', seen]).toString()).toBe('v\n');
  } finally {
    await bare.close();
  }
});

test('a tool that is killed is started again', async () => {
  writeFileSync(inHome('survivor'), '');
  await call('Stat', { path: 'survivor' });

  const children = execFileSync('sh', [
    '-c',
    `ps -o pid=,comm= --ppid ${agent.child.pid} | grep perl || true`,
  ]);
  process.kill(Number(children.toString().trim().split(' ')[0]), 'SIGKILL');
  const { status } = await call('Stat', { path: 'survivor' });

  expect(status).toBe(200);
});

test('metadata that programs of the sandbox set are seen, those of others are not', async () => {
  const setAll = `import os
for name, value in (("user.e2b.mine", b"1"), ("user.other", b"2"), ("user.e2b.big", b"v" * 2000)):
    os.setxattr("tagged", name, value)`;
  writeFileSync(inHome('tagged'), '');
  execFileSync('python3', ['-c', setAll], { cwd: agent.home });

  const { body } = await call('Stat', { path: 'tagged' });

  expect(body.entry.metadata).toEqual({ mine: '1', big: 'v'.repeat(2000) });
});

test('a polled watcher hands out its events until it is removed', async () => {
  mkdirSync(inHome('polled'));
  const { body } = await call('CreateWatcher', { path: 'polled', includeEntry: true });
  const events: { name: string; type: string; entry?: { size: string } }[] = [];

  writeFileSync(inHome('polled/a'), 'abc');
  await until(async () => {
    events.push(...(await call('GetWatcherEvents', body)).body.events);
    return events.length >= 2;
  });
  const removed = await call('RemoveWatcher', body);
  const after = await call('GetWatcherEvents', body);

  expect(events.map(({ type, entry }) => [type, entry?.size])).toEqual([
    ['EVENT_TYPE_CREATE', '3'],
    ['EVENT_TYPE_WRITE', '3'],
  ]);
  expect([removed.status, after.status]).toEqual([200, 404]);
});

test('WatchDir says in its stream what is wrong, also with its protocol', async () => {
  const missing = await watch({ path: 'nowhere' });
  const typed = await watch({ path: 7 });
  const binary = await watch({ path: '.' }, { 'content-type': 'application/connect+proto' });

  expect([await ending(missing), await ending(typed), await ending(binary)]).toMatchObject([
    { error: { code: 'not_found' } },
    { error: { code: 'invalid_argument' } },
    { error: { code: 'invalid_argument' } },
  ]);
});

test('WatchDir keeps a silent stream alive', async () => {
  mkdirSync(inHome('silent'));
  const response = await watch({ path: 'silent' }, { 'keepalive-ping-interval': '0.05' });
  const decoder = new EnvelopeDecoder(1_000_000);
  const seen: string[] = [];

  for await (const chunk of response) {
    seen.push(...decoder.push(chunk).map(({ payload }) => payload.toString()));
    if (seen.length > 2) break;
  }

  expect(seen.slice(0, 2)).toEqual(['{"start":{}}', '{"keepalive":{}}']);
});

test('a reader that stops, then vanishes, costs the agent neither memory nor watches', async () => {
  mkdirSync(inHome('busy'));
  await until(() => inotifyWatches() === 0);
  const response = await watch({ path: 'busy', recursive: true, includeEntry: true });
  response.pause();
  await until(() => inotifyWatches() > 0);

  await agent.shell(
    'cd busy; for r in $(seq 40); do mkdir r$r; for f in $(seq 60); do echo x >>r$r/f$f; done; done',
  );
  const memory = residentBytes();
  response.destroy();
  await until(() => inotifyWatches() === 0);

  expect(memory).toBeLessThan(400 * 1024 * 1024);
  expect((await call('Stat', { path: 'busy' })).status).toBe(200);
  rmSync(inHome('busy'), { recursive: true });
});

function watch(message: object, headers: Record<string, string> = {}): Promise<IncomingMessage> {
  return agent.open('/filesystem.Filesystem/WatchDir', {
    method: 'POST',
    headers: { 'content-type': 'application/connect+json', ...headers },
    body: encodeEnvelope(0, Buffer.from(JSON.stringify(message))),
  });
}

async function ending(response: IncomingMessage): Promise<unknown> {
  const decoder = new EnvelopeDecoder(1_000_000);
  for await (const chunk of response) {
    for (const { flags, payload } of decoder.push(chunk)) {
      if (flags === END_OF_STREAM) return JSON.parse(payload.toString());
    }
  }
  return undefined;
}

function inotifyWatches(): number {
  const list = `grep -h inotify /proc/${agent.child.pid}/fdinfo/* 2>/dev/null | wc -l`;
  return Number(execFileSync('sh', ['-c', list]).toString());
}

function residentBytes(): number {
  const line = execFileSync('grep', ['VmRSS', `/proc/${agent.child.pid}/status`]).toString();
  return Number(line.replace(/\D/g, '')) * 1024;
}
