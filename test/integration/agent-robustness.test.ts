import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { randomBytes } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { expect, test } from 'vitest';
import { EnvelopeDecoder, encodeEnvelope, envelopeHeader } from '../../src/core/connect-envelope.ts';
import { encodeStartRequest } from '../../src/core/process-wire.ts';
import { type TestAgent, until, type AgentBundle } from '../support/agent.ts';
import { useAgent } from '../support/use-agent.ts';

let bundle: AgentBundle;
let agent: TestAgent;
useAgent((opened) => ({ bundle, agent } = opened));

async function startFailure(codec: string, body: Buffer): Promise<{ status: number; code: string }> {
  const answer = await agent.ask('/process.Process/Start', {
    method: 'POST',
    headers: { 'content-type': `application/connect+${codec}` },
    body,
  });
  const last = new EnvelopeDecoder(100_000).push(answer.body).at(-1);
  return { status: answer.status, code: JSON.parse(String(last?.payload)).error?.code };
}

const start = encodeStartRequest({ cmd: 'true', args: [], envs: {}, hasStdin: false });

test.each([
  ['no envelope', 'proto', Buffer.alloc(0), 'invalid_argument'],
  ['half an envelope', 'proto', encodeEnvelope(0, start).subarray(0, -1), 'invalid_argument'],
  [
    'two envelopes',
    'proto',
    Buffer.concat([encodeEnvelope(0, start), encodeEnvelope(0, start)]),
    'invalid_argument',
  ],
  ['a giant length', 'proto', envelopeHeader(0, 2 ** 31), 'resource_exhausted'],
  ['a compressed envelope', 'proto', encodeEnvelope(1, start), 'unimplemented'],
  [
    'malformed protobuf',
    'proto',
    encodeEnvelope(0, Buffer.from([0x0a, 0xff, 0xff, 0x01])),
    'invalid_argument',
  ],
  ['an empty message', 'proto', encodeEnvelope(0, Buffer.alloc(0)), 'invalid_argument'],
  ['malformed JSON', 'json', encodeEnvelope(0, Buffer.from('{"process":')), 'invalid_argument'],
  ['JSON that is no object', 'json', encodeEnvelope(0, Buffer.from('[1]')), 'invalid_argument'],
  ['a wrong type', 'json', encodeEnvelope(0, Buffer.from('{"process":{"cmd":7}}')), 'invalid_argument'],
  [
    'a zero byte in an argument',
    'json',
    encodeEnvelope(0, Buffer.from('{"process":{"cmd":"a\\u0000b"}}')),
    'invalid_argument',
  ],
])('Start answers %s in the end of the stream', async (_name, codec, body, code) => {
  expect(await startFailure(codec, body)).toEqual({ status: 200, code });
});

test('Streams that are not served are refused in the end of the stream, other paths with 404', async () => {
  const stream = await agent.ask('/process.Process/NoSuchStream', {
    method: 'POST',
    headers: { 'content-type': 'application/connect+json' },
    body: encodeEnvelope(0, Buffer.from('{}')),
  });
  const path = await agent.ask('/no/such/path');

  expect(stream.body.toString('utf8', 5)).toContain('"unimplemented"');
  expect(path.status).toBe(404);
});

test('The agent survives noise in place of requests', async () => {
  for (let round = 0; round < 100; round += 1) {
    const channel = agent.mux.open({ port: 49_983 });
    channel.resume();
    channel.write(
      round % 2 === 0
        ? randomBytes(2000)
        : Buffer.from('POST /files HTTP/1.1\r\nhost: x\r\ncontent-length: 99\r\n\r\nabc'),
    );
    if (round % 3 === 0) channel.destroy();
    else channel.end();
  }

  expect((await agent.ask('/health')).status).toBe(204);
});

test('The agent survives clients that vanish in the middle of a stream', async () => {
  const body = encodeEnvelope(0, encodeStartRequest({ cmd: 'yes', args: [], envs: {}, hasStdin: false }));
  for (let round = 0; round < 5; round += 1) {
    const response = await agent.open('/process.Process/Start', {
      method: 'POST',
      headers: { 'content-type': 'application/connect+proto' },
      body,
    });
    await once(response, 'data');
    response.destroy();
  }
  const { processes } = JSON.parse((await agent.call('List', {})).body.toString());

  for (const { pid } of processes) {
    await agent.call('SendSignal', { process: { pid }, signal: 'SIGNAL_SIGKILL' });
  }

  expect(processes).toHaveLength(5);
  await until(async () => (await agent.call('List', {})).body.toString() === '{"processes":[]}');
});

test('An uncaught error of the agent goes to stderr and exits 70', async () => {
  const child = spawn(process.execPath, [bundle.file], { env: {}, stdio: ['ignore', 'ignore', 'pipe'] });

  const [stderr, [code]] = await Promise.all([text(child.stderr), once(child, 'exit')]);

  expect(code).toBe(70);
  expect(stderr).toContain('agent: ');
});
