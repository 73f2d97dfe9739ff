import { once } from 'node:events';
import { existsSync, readFileSync } from 'node:fs';
import net from 'node:net';
import { expect, test } from 'vitest';
import { EnvelopeDecoder, encodeEnvelope } from '../../src/core/connect-envelope.ts';
import { encodeConnectRequest, encodeStartRequest } from '../../src/core/process-wire.ts';
import { collect, isAlive, TestAgent, until, type AgentBundle } from '../support/agent.ts';
import { useAgent } from '../support/use-agent.ts';

let bundle: AgentBundle;
let agent: TestAgent;
useAgent((opened) => ({ bundle, agent } = opened), { E2B_SANDBOX_ID: 'sbx', SECRET: 'of the agent' });

const PROTO = { 'content-type': 'application/connect+proto' };

function startBody(command: string, hasStdin = false): Buffer {
  return encodeEnvelope(0, encodeStartRequest({ cmd: '/bin/sh', args: ['-c', command], envs: {}, hasStdin }));
}

function start(command: string, { hasStdin = false, headers = {} } = {}) {
  const body = startBody(command, hasStdin);
  return agent.open('/process.Process/Start', { method: 'POST', headers: { ...PROTO, ...headers }, body });
}

test('Start streams stdout and stderr apart and ends with the exit code', async () => {
  const result = await agent.shell('echo out; echo err >&2; exit 7');

  expect(result).toMatchObject({ stdout: 'out\n', stderr: 'err\n' });
  expect(result.end).toEqual({ exitCode: 7, exited: true, status: 'exit status 7', error: 'exit status 7' });
  expect(result.error).toBeUndefined();
});

test('Start speaks JSON with base64, too', async () => {
  const message = { process: { cmd: '/bin/sh', args: ['-c', 'echo hi'] } };
  const { status, headers, body } = await agent.ask('/process.Process/Start', {
    method: 'POST',
    headers: { 'content-type': 'application/connect+json' },
    body: encodeEnvelope(0, Buffer.from(JSON.stringify(message))),
  });

  const texts = new EnvelopeDecoder(10_000).push(body).map(({ payload }) => JSON.parse(payload.toString()));

  expect(status).toBe(200);
  expect(headers['content-type']).toBe('application/connect+json');
  expect(texts).toEqual([
    { event: { start: { pid: expect.any(Number) } } },
    { event: { data: { stdout: Buffer.from('hi\n').toString('base64') } } },
    { event: { end: { exitCode: 0, exited: true, status: 'exit status 0' } } },
    {},
  ]);
});

test('A process gets a clean environment and starts in home', async () => {
  const { stdout } = await agent.shell('pwd; env', { envs: { MINE: 'yes' } });

  const lines = stdout.trim().split('\n');
  expect(lines[0]).toBe(agent.home);
  expect(lines).toEqual(
    expect.arrayContaining(['MINE=yes', 'E2B_SANDBOX=true', 'E2B_SANDBOX_ID=sbx', 'USER=user']),
  );
  expect(stdout).not.toContain('of the agent');
});

test('A process that a signal ends says so in the status', async () => {
  const { end } = await agent.shell('kill -TERM $$');

  expect(end).toEqual({
    exitCode: -1,
    exited: false,
    status: 'signal: terminated',
    error: 'signal: terminated',
  });
});

test('Output of many megabytes arrives whole', async () => {
  const { stdout } = await agent.shell('head -c 20000000 /dev/zero | tr "\\0" x');

  expect(stdout).toBe('x'.repeat(20_000_000));
});

test('Start reports a missing directory, a missing command and a missing file in the end of the stream', async () => {
  const results = [
    await agent.shell('true', { cwd: '/no/such' }),
    await agent.run({ cmd: 'no-such-command' }),
    await agent.run({ cmd: '/no/such/file' }),
  ];

  expect(results.map(({ error }) => error)).toEqual([
    { code: 'invalid_argument', message: "cwd '/no/such' does not exist" },
    {
      code: 'not_found',
      message: "error starting process 'no-such-command': executable file not found in $PATH",
    },
    { code: 'not_found', message: "error starting process '/no/such/file': no such file or directory" },
  ]);
});

test('Without stdin a process reads the end at once; with it what SendInput sends until CloseStdin', async () => {
  const without = await agent.shell('cat; echo done');
  const response = await start('cat; echo done', { hasStdin: true });
  let pid = 0;
  const result = collect(response, (started) => (pid = started));
  await until(() => pid > 0);
  const input = { stdin: Buffer.from('hello ').toString('base64') };

  const sent = await agent.call('SendInput', { process: { pid }, input });
  const closed = await agent.call('CloseStdin', { process: { pid } });

  expect(without.stdout).toBe('done\n');
  expect([sent.status, closed.status]).toEqual([200, 200]);
  expect((await result).stdout).toBe('hello done\n');
});

test.each([
  ['SIGNAL_SIGKILL', 'signal: killed'],
  ['SIGNAL_SIGTERM', 'signal: terminated'],
  ['SIGNAL_SIGINT', 'signal: interrupt'],
])('SendSignal %s reaches the whole process group', async (signal, status) => {
  const response = await start('sleep 60 & echo $!; wait');
  let pid = 0;
  const result = collect(response, (started) => (pid = started));
  await until(() => pid > 0);
  await until(async () => (await agent.call('List', {})).body.toString().includes(String(pid)));
  const children = `/proc/${pid}/task/${pid}/children`;
  await until(() => readFileSync(children, 'utf8') !== '');

  const answer = await agent.call('SendSignal', { process: { pid }, signal });
  const { end, stdout } = await result;

  expect(answer.status).toBe(200);
  expect(end?.status).toBe(status);
  const grandchild = Number(stdout.trim());
  // A shell lets its background jobs ignore SIGINT.
  if (signal === 'SIGNAL_SIGINT') process.kill(grandchild, 'SIGKILL');
  await until(() => !isAlive(grandchild) || isZombie(grandchild));
});

test('Unary calls fail as Connect does: status and JSON code', async () => {
  const unknown = await agent.call('SendSignal', { process: { pid: 4_000_000 }, signal: 'SIGNAL_SIGKILL' });
  const malformed = await agent.ask('/process.Process/SendInput', { method: 'POST', body: '{"process":' });
  const wrongType = await agent.call('SendInput', { process: { pid: 'x' } });
  const nameless = await agent.call('Update', {});
  const method = await agent.call('NoSuchMethod', {});

  expect([unknown, malformed, wrongType, nameless, method].map(({ status }) => status)).toEqual([
    404, 400, 400, 400, 501,
  ]);
  expect(JSON.parse(unknown.body.toString())).toEqual({
    code: 'not_found',
    message: 'process with pid 4000000 not found',
  });
});

test('Leaving the stream does not end the process, and Connect follows it further', async () => {
  const response = await start('echo first; cat; echo last', { hasStdin: true });
  let pid = 0;
  const left = collect(response, (started) => {
    pid = started;
    response.destroy();
  });
  await left.catch(() => undefined);
  const body = encodeEnvelope(0, encodeConnectRequest({ pid }));
  const connected = await agent.open('/process.Process/Connect', { method: 'POST', headers: PROTO, body });
  let hasStarted = false;
  const result = collect(connected, () => (hasStarted = true));
  await until(() => hasStarted);

  await agent.call('CloseStdin', { process: { pid } });

  expect((await result).stdout).toContain('last\n');
  expect((await result).end?.exitCode).toBe(0);
});

test('Connect still learns the exit of a process that has ended', async () => {
  const { pid } = await agent.shell('exit 3');

  const body = encodeEnvelope(0, encodeConnectRequest({ pid }));
  const response = await agent.open('/process.Process/Connect', { method: 'POST', headers: PROTO, body });

  expect((await collect(response)).end?.exitCode).toBe(3);
});

test('Connect-Timeout-Ms kills the process group and ends the stream', async () => {
  const response = await start('echo $$; sleep 60', { headers: { 'connect-timeout-ms': '100' } });

  const { error, stdout } = await collect(response);

  expect(error?.code).toBe('deadline_exceeded');
  await until(() => !isAlive(Number(stdout.trim())));
});

test('A grandchild that keeps the pipe open does not hold up the end', async () => {
  const { end, stdout } = await agent.shell('sleep 5 & echo done');

  expect(stdout).toBe('done\n');
  expect(end?.exitCode).toBe(0);
}, 3000);

test('A client that does not read holds the process back instead of filling memory', async () => {
  const response = await start(
    'i=0; while :; do head -c 65536 /dev/zero; i=$((i+1)); echo $i > progress; done',
  );
  let last = '';
  let sameTimes = 0;

  await until(async () => {
    await agent.ask('/health');
    const now = existsSync(`${agent.home}/progress`) ? readFileSync(`${agent.home}/progress`, 'utf8') : '';
    sameTimes = now !== '' && now === last ? sameTimes + 1 : 0;
    last = now;
    return sameTimes > 20;
  });

  expect(Number(last) * 65_536).toBeLessThan(8_000_000);
  const result = collect(response);
  const { processes } = JSON.parse((await agent.call('List', {})).body.toString());
  await agent.call('SendSignal', { process: { pid: processes[0].pid }, signal: 'SIGNAL_SIGKILL' });
  expect((await result).end?.status).toBe('signal: killed');
});

test('Keepalive events come at the interval that the client asks for', async () => {
  const response = await start('sleep 0.35', { headers: { 'keepalive-ping-interval': '0.1' } });
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);

  const keepalive = encodeEnvelope(0, Buffer.from([0x0a, 2, 0x22, 0])).toString('latin1');
  const count = Buffer.concat(chunks).toString('latin1').split(keepalive).length - 1;

  expect(count).toBeGreaterThanOrEqual(2);
});

test('List shows what runs, with its configuration', async () => {
  const response = await start('cat', { hasStdin: true });
  let pid = 0;
  const result = collect(response, (started) => (pid = started));
  await until(() => pid > 0);

  const { body } = await agent.call('List', {});
  await agent.call('CloseStdin', { process: { pid } });
  await result;

  expect(JSON.parse(body.toString()).processes).toEqual([
    expect.objectContaining({
      pid,
      config: expect.objectContaining({ cmd: '/bin/sh', args: ['-c', 'cat'] }),
    }),
  ]);
});

test('A channel to another port reaches a server in the sandbox, or is reset', async () => {
  const server = net
    .createServer({ allowHalfOpen: true }, (socket) => socket.pipe(socket))
    .listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  const port = typeof address === 'object' && address ? address.port : 0;

  const channel = agent.mux.open({ port });
  channel.end('ping');
  const chunks: Buffer[] = [];
  channel.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(channel, 'end');
  server.close();
  await once(server, 'close');
  const refused = agent.mux.open({ port });
  const [error] = await once(refused, 'error');

  expect(Buffer.concat(chunks).toString()).toBe('ping');
  expect(error).toMatchObject({ details: { reason: 'refused' } });
});

test('The end of the transport kills every process, the spare too, and the agent exits', async () => {
  const doomed = new TestAgent(bundle.file);
  const response = await doomed.open('/process.Process/Start', {
    method: 'POST',
    headers: PROTO,
    body: startBody('sleep 60 & echo $!; wait'),
  });
  const [chunk]: Buffer[] = await once(response, 'data');
  await until(() => childrenOf(doomed.child.pid).length === 2);
  const pids = childrenOf(doomed.child.pid);

  doomed.mux.destroy();
  const [exitCode] = await once(doomed.child, 'exit');
  await doomed.close();

  expect(chunk?.length).toBeGreaterThan(0);
  expect(exitCode).toBe(0);
  await until(() => pids.every((pid) => !isAlive(pid) || isZombie(pid)));
});

function childrenOf(pid: number | undefined): number[] {
  const text = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8');
  return text.split(' ').filter(Boolean).map(Number);
}

function isZombie(pid: number): boolean {
  try {
    return readFileSync(`/proc/${pid}/stat`, 'utf8').includes(') Z ');
  } catch {
    return true;
  }
}
