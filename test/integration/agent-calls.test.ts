import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import http from 'node:http';
import { expect, test } from 'vitest';
import { EnvelopeDecoder, encodeEnvelope, envelopeHeader } from '../../src/core/connect-envelope.ts';
import { encodeConnectRequest, encodeStartRequest } from '../../src/core/process-wire.ts';
import { ProtoWriter, readProto } from '../../src/core/protobuf.ts';
import { collect, TestAgent, until, type AgentBundle } from '../support/agent.ts';
import { useAgent } from '../support/use-agent.ts';

let bundle: AgentBundle;
let agent: TestAgent;
useAgent((opened) => ({ bundle, agent } = opened));

/** Starts a command and waits until it runs. */
async function start(command: string, { pty = false, tag }: { pty?: boolean; tag?: string } = {}) {
  const request = { cmd: 'sh', args: ['-c', command], envs: { A: 'b' }, cwd: '/', hasStdin: !pty, tag };
  const response = await agent.open('/process.Process/Start', {
    method: 'POST',
    headers: { 'content-type': 'application/connect+proto' },
    body: encodeEnvelope(
      0,
      encodeStartRequest({ ...request, pty: pty ? { cols: 80, rows: 24 } : undefined }),
    ),
  });
  let pid = 0;
  const result = collect(response, (started) => (pid = started));
  await until(() => pid > 0);
  return { pid, result };
}

function callProto(method: string, body: Buffer) {
  return agent.ask(`/process.Process/${method}`, {
    method: 'POST',
    headers: { 'content-type': 'application/proto' },
    body,
  });
}

function streamInput(codec: 'json' | 'proto', body: Buffer) {
  return agent
    .ask('/process.Process/StreamInput', {
      method: 'POST',
      headers: { 'content-type': `application/connect+${codec}` },
      body,
    })
    .then((answer) => {
      const envelopes = new EnvelopeDecoder(10_000).push(answer.body);
      const trailer = JSON.parse(String(envelopes.at(-1)?.payload));
      return { status: answer.status, count: envelopes.length, error: trailer.error };
    });
}

const json = (message: object): Buffer => encodeEnvelope(0, Buffer.from(JSON.stringify(message)));
const input = (text: string, stream: 'stdin' | 'pty' = 'stdin') => ({
  data: { input: { [stream]: Buffer.from(text).toString('base64') } },
});
const selecting = (pid: number): Buffer => encodeConnectRequest({ pid });

test('the unary calls speak protobuf, too', async () => {
  const { pid, result } = await start('cat', { tag: 'mine' });

  const listed = await callProto('List', Buffer.alloc(0));
  const stdin = new ProtoWriter().bytes(1, Buffer.from([0, 255])).finish();
  const sent = await callProto(
    'SendInput',
    Buffer.concat([selecting(pid), new ProtoWriter().bytes(2, stdin).finish()]),
  );
  const closed = await callProto('CloseStdin', encodeConnectRequest({ tag: 'mine' }));
  await result;
  const gone = await callProto(
    'SendSignal',
    Buffer.concat([selecting(pid), new ProtoWriter().varint(2, 9).finish()]),
  );

  const [info] = readProto(listed.body).map(({ bytes }) => readProto(bytes));
  expect(listed.headers['content-type']).toBe('application/proto');
  expect(
    info?.map(({ number, varint, bytes }) => (number === 1 ? 'config' : varint || bytes.toString())),
  ).toEqual(['config', pid, 'mine']);
  expect([sent.status, sent.body.length, closed.status]).toEqual([200, 0, 200]);
  expect([gone.status, JSON.parse(gone.body.toString()).code]).toEqual([404, 'not_found']);
});

test('Update in protobuf resizes a terminal, without a size it does nothing', async () => {
  const { pid, result } = await start('read line; stty size', { pty: true });
  const size = new ProtoWriter().varint(1, 111).varint(2, 44).finish();
  const pty = new ProtoWriter().bytes(2, new ProtoWriter().bytes(1, size).finish()).finish();

  const resized = await callProto('Update', Buffer.concat([selecting(pid), pty]));
  const untouched = await callProto('Update', selecting(pid));
  await agent.call('SendInput', { process: { pid }, ...input('\n', 'pty').data });

  expect([resized.status, untouched.status]).toEqual([200, 200]);
  expect((await result).pty).toContain('44 111');
});

test('StreamInput passes its messages on in order and leaves stdin open', async () => {
  const { pid, result } = await start('cat');
  const pieces = Array.from({ length: 500 }, (_, index) => json(input(`${index},`)));

  const first = await streamInput(
    'json',
    Buffer.concat([json({ start: { process: { pid } } }), json({ keepalive: {} }), ...pieces]),
  );
  const data = new ProtoWriter().bytes(2, new ProtoWriter().bytes(1, Buffer.from('end')).finish()).finish();
  const second = await streamInput(
    'proto',
    Buffer.concat([
      encodeEnvelope(0, new ProtoWriter().bytes(1, selecting(pid)).finish()),
      encodeEnvelope(0, new ProtoWriter().bytes(3, Buffer.alloc(0)).finish()),
      encodeEnvelope(0, new ProtoWriter().bytes(2, data).finish()),
    ]),
  );
  await agent.call('CloseStdin', { process: { pid } });

  expect([first, second]).toEqual([
    { status: 200, count: 2, error: undefined },
    { status: 200, count: 2, error: undefined },
  ]);
  expect((await result).stdout).toBe(`${pieces.map((_, index) => `${index},`).join('')}end`);
});

test('StreamInput types into a terminal', async () => {
  const { pid, result } = await start('read line; echo "got $line"', { pty: true });

  await streamInput(
    'json',
    Buffer.concat([json({ start: { process: { pid } } }), json(input('word\n', 'pty'))]),
  );

  expect((await result).pty).toContain('got word\r\n');
});

test.each([
  ['data before the start', json(input('x')), 'invalid_argument'],
  ['no message', Buffer.alloc(0), 'invalid_argument'],
  ['a process that does not run', json({ start: { process: { pid: 4_000_000 } } }), 'not_found'],
  ['a start without a process', json({ start: {} }), 'invalid_argument'],
  ['a wrong type', json({ start: { process: 7 } }), 'invalid_argument'],
  ['half an envelope', json({ keepalive: {} }).subarray(0, -1), 'invalid_argument'],
  ['a giant length', envelopeHeader(0, 2 ** 31), 'resource_exhausted'],
  ['a compressed envelope', encodeEnvelope(1, Buffer.from('{}')), 'unimplemented'],
])('StreamInput refuses %s in the end of the stream', async (_name, body, code) => {
  const { status, error } = await streamInput('json', body);

  expect([status, error?.code]).toEqual([200, code]);
});

test('StreamInput ends with a failure when the process has gone, and when there is no stdin', async () => {
  const { pid, result } = await start('exec <&-; sleep 0.1');
  const withoutStdin = agent.shell('sleep 1');
  const big = Array.from({ length: 40 }, () => json(input('x'.repeat(10_000))));

  const { error } = await streamInput('json', Buffer.concat([json({ start: { process: { pid } } }), ...big]));
  await result;

  expect(error?.code).toBe('failed_precondition');
  await withoutStdin;
});

test.each([
  [undefined, 'given'],
  [true, 'given'],
  [false, ''],
])('with stdin %s a process reads %j', async (stdin, text) => {
  const response = await agent.open('/process.Process/Start', {
    method: 'POST',
    headers: { 'content-type': 'application/connect+json' },
    body: json({
      process: { cmd: 'sh', args: ['-c', 'sleep 0.2; cat >read-from-stdin'] },
      tag: 'reader',
      stdin,
    }),
  });
  response.resume();
  const ended = once(response, 'end');
  await until(async () => (await agent.call('List', {})).body.toString().includes('"reader"'));

  await agent.call('SendInput', { process: { tag: 'reader' }, ...input('given').data });
  await agent.call('CloseStdin', { process: { tag: 'reader' } });
  await ended;

  expect(readFileSync(`${agent.home}/read-from-stdin`, 'utf8')).toBe(text);
});

test('a half-open stream of input does not disturb others, and its vanishing leaves the process alone', async () => {
  const { pid, result } = await start('cat');
  const request = http.request({
    createConnection: () => agent.mux.open({ port: 49_983 }),
    path: '/process.Process/StreamInput',
    method: 'POST',
    headers: { 'content-type': 'application/connect+json' },
  });
  request.on('error', () => undefined);
  const vanished = new Promise((resolve) => request.once('close', resolve));
  request.write(json({ start: { process: { pid } } }));
  request.write(json(input('half ')).subarray(0, 20));

  const sent = await agent.call('SendInput', { process: { pid }, ...input('whole').data });
  request.destroy();
  await vanished;
  await agent.call('CloseStdin', { process: { pid } });

  expect(sent.status).toBe(200);
  expect((await result).stdout).toBe('whole');
});

test.each([
  ['no selector', 'SendInput', { input: { stdin: '' } }, 400],
  ['no input', 'SendInput', { process: { tag: 'job' } }, 400],
  ['a negative size', 'Update', { process: { tag: 'job' }, pty: { size: { cols: -1, rows: 2 } } }, 400],
  ['a size of text', 'Update', { process: { tag: 'job' }, pty: { size: { cols: 'wide' } } }, 400],
  ['a signal of no name', 'SendSignal', { process: { tag: 'job' }, signal: 'SIGNAL_UNSPECIFIED' }, 400],
  ['a signal that is an object', 'SendSignal', { process: { tag: 'job' }, signal: {} }, 400],
  ['an unknown tag', 'CloseStdin', { process: { tag: 'none' } }, 404],
  ['a field that nobody knows', 'Update', { process: { tag: 'job' }, more: [1] }, 200],
])('%s is answered with a status that says so', async (_name, method, message, status) => {
  const { pid, result } = await start('sleep 60', { tag: 'job' });

  const answer = await agent.call(method, message);
  await agent.call('SendSignal', { process: { pid }, signal: 9 });
  await result;

  expect(answer.status).toBe(status);
});

test('malformed protobuf is an invalid argument in every call', async () => {
  const malformed = Buffer.from([0x0a, 0xff, 0xff, 0x01]);
  const methods = ['SendInput', 'Update', 'SendSignal', 'CloseStdin'];

  const answers = await Promise.all(methods.map((method) => callProto(method, malformed)));

  expect(answers.map(({ status }) => status)).toEqual([400, 400, 400, 400]);
});

test.each([
  [undefined, 0, 'user'],
  ['user:', 0, 'user'],
  ['root:', 0, 'root'],
  [':', 0, 'user'],
  ['postgres:', undefined, undefined],
  ['../../etc:', undefined, undefined],
])('Start as %s', async (user, exitCode, name) => {
  const headers =
    user === undefined ? {} : { authorization: `Basic ${Buffer.from(user).toString('base64')}` };

  const { stdout, end, error } = await agent.run(
    { cmd: 'sh', args: ['-c', 'echo $USER $LOGNAME; pwd'] },
    headers,
  );

  expect(end?.exitCode).toBe(exitCode);
  expect(stdout).toBe(name === undefined ? '' : `${name} ${name}\n${agent.home}\n`);
  if (name === undefined) {
    expect(error).toEqual({ code: 'unauthenticated', message: `invalid username: '${user?.slice(0, -1)}'` });
  }
});

test('POST /init sets whom and where processes start as, and refuses the rest without taking any of it', async () => {
  const lone = new TestAgent(bundle.file);
  const refused = [
    await lone.ask('/init', { method: 'POST', body: { envVars: { A: '1' }, defaultUser: 'ghost' } }),
    await lone.ask('/init', { method: 'POST', body: { envVars: { A: 1 } } }),
    await lone.ask('/init', { method: 'POST', body: { defaultWorkdir: 7 } }),
  ];
  const before = await lone.ask('/envs');
  const accepted = await lone.ask('/init', {
    method: 'POST',
    body: {
      defaultUser: 'root',
      defaultWorkdir: '/tmp',
      accessToken: 'unused',
      timestamp: '2026-01-01T00:00:00Z',
    },
  });

  const plain = await lone.shell('echo $USER; pwd');
  const chosen = await lone.shell('pwd', { cwd: '/' });
  await lone.close();

  expect(refused.map(({ status }) => status)).toEqual([401, 400, 400]);
  expect(JSON.parse(before.body.toString())).not.toHaveProperty('A');
  expect(accepted.status).toBe(204);
  expect([plain.stdout, chosen.stdout]).toEqual(['root\n/tmp\n', '/\n']);
});

test('GET /metrics counts the processor time of a busy process', async () => {
  const metrics = async (): Promise<Record<string, number>> =>
    JSON.parse((await agent.ask('/metrics')).body.toString());
  await metrics();
  const { pid, result } = await start('while :; do :; done');
  let busy: Record<string, number> = {};

  await until(async () => {
    busy = await metrics();
    return (busy['cpu_used_pct'] ?? 0) > 1;
  });
  await agent.call('SendSignal', { process: { pid }, signal: 9 });
  await result;

  const names = [
    'ts',
    'cpu_count',
    'mem_total',
    'mem_used',
    'mem_total_mib',
    'mem_used_mib',
    'disk_used',
    'disk_total',
  ];
  for (const name of names) expect([name, busy[name]]).toEqual([name, expect.any(Number)]);
  expect(busy['mem_cache']).toBeGreaterThanOrEqual(0);
  expect(busy['mem_used']).toBeLessThan(busy['mem_total'] ?? 0);
});
