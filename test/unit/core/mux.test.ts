import { createHash, randomBytes } from 'node:crypto';
import { once } from 'node:events';
import http from 'node:http';
import { duplexPair, type Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import { Mux, type OpenRequest } from '../../../src/core/mux.ts';
import { muxFrameHeader } from '../../../src/core/mux-frames.ts';

interface Ends {
  readonly host: Mux;
  readonly agent: Mux;
  readonly accepted: { channel: Duplex; request: OpenRequest }[];
  readonly hostTransport: Duplex;
}

function connect(onOpen?: (channel: Duplex) => void): Ends {
  const [hostTransport, agentTransport] = duplexPair();
  const accepted: Ends['accepted'] = [];
  const host = new Mux(hostTransport, { role: 'host' });
  const agent = new Mux(agentTransport, {
    role: 'agent',
    onOpen: (channel, request) => {
      accepted.push({ channel, request });
      onOpen?.(channel);
    },
  });
  return { host, agent, accepted, hostTransport };
}

/** Reads to the end and leaves the stream open for writing, which an async iterator would not. */
async function buffer(stream: Duplex): Promise<Buffer> {
  const chunks: Buffer[] = [];
  stream.on('data', (chunk: Buffer) => chunks.push(chunk));
  await once(stream, 'end');
  return Buffer.concat(chunks);
}

async function text(stream: Duplex): Promise<string> {
  return (await buffer(stream)).toString();
}

async function until(isTrue: () => boolean): Promise<void> {
  const deadline = Date.now() + 5000;
  while (!isTrue()) {
    if (Date.now() > deadline) throw new Error('waited in vain');
    await new Promise((resolve) => setImmediate(resolve));
  }
}

test('Mux carries a large payload both ways unchanged', async () => {
  const { host } = connect((channel) => channel.pipe(channel));
  const sent = randomBytes(5_000_000);
  const channel = host.open({ port: 49_983 });

  channel.end(sent);
  const received = await buffer(channel);

  expect(createHash('md5').update(received).digest('hex')).toBe(createHash('md5').update(sent).digest('hex'));
});

test('Mux tells the accepting side the port', async () => {
  const { host, accepted } = connect();

  host.open({ port: 3000 });
  await until(() => accepted.length === 1);

  expect(accepted[0]?.request).toEqual({ port: 3000 });
});

test('MuxChannel half-closes: the other direction stays open', async () => {
  const { host } = connect((channel) => {
    void text(channel).then((question) => channel.end(`answer to ${question}`));
  });
  const channel = host.open({ port: 1 });

  channel.end('question');

  expect(await text(channel)).toBe('answer to question');
});

test('Mux keeps other channels flowing while one reader stalls, and holds at most a window for it', async () => {
  const { host, accepted } = connect();
  const stalled = host.open({ port: 1 });
  const chunk = Buffer.alloc(64 * 1024);
  let taken = 0;
  const writeOn = (): void => {
    stalled.write(chunk, (error) => {
      if (error) return;
      taken += chunk.length;
      writeOn();
    });
  };
  writeOn();
  await until(() => accepted.length === 1 && taken >= 900_000);

  const lively = host.open({ port: 2 });
  lively.end(randomBytes(3_000_000));
  await until(() => accepted.length === 2);
  const received = await buffer(accepted[1]?.channel ?? lively);

  expect(received.length).toBe(3_000_000);
  expect(taken).toBeLessThanOrEqual(1024 * 1024);
  host.destroy();
});

test('Mux resets a channel that nobody accepts', async () => {
  const [a, b] = duplexPair();
  const host = new Mux(a, { role: 'host' });
  const agent = new Mux(b, { role: 'agent' });

  const channel = host.open({ port: 1 });
  const [error] = await once(channel, 'error');

  expect(error).toMatchObject({ code: 'SANDBOX_LOST', details: { reason: 'refused' } });
  agent.destroy();
});

test('Mux refuses more channels than it may have', async () => {
  const [a, b] = duplexPair();
  const host = new Mux(a, { role: 'host' });
  const agent = new Mux(b, { role: 'agent', maxChannels: 1, onOpen: () => undefined });

  const first = host.open({ port: 1 });
  const second = host.open({ port: 1 });
  await once(second, 'error');

  expect(first.destroyed).toBe(false);
  agent.destroy();
});

test('Destroying one channel resets it and leaves the others', async () => {
  const { host, accepted } = connect();
  const doomed = host.open({ port: 1 });
  const other = host.open({ port: 2 });
  await until(() => accepted.length === 2);

  doomed.destroy(new Error('no longer wanted'));
  const [error] = await once(accepted[0]?.channel ?? doomed, 'error');
  accepted[1]?.channel.end('still here');

  expect(error).toMatchObject({ details: { reason: 'no longer wanted' } });
  expect(await text(other)).toBe('still here');
});

test('Destroying the transport destroys every channel with an error and settles closed', async () => {
  const { host, agent, accepted, hostTransport } = connect();
  const channel = host.open({ port: 1 });
  await until(() => accepted.length === 1);
  const failure = once(channel, 'error');

  hostTransport.destroy();
  const [error] = await failure;
  await host.closed;
  agent.destroy();
  await agent.closed;

  expect(error).toMatchObject({ code: 'SANDBOX_LOST' });
  expect(accepted[0]?.channel.destroyed).toBe(true);
});

test('open() on a dead transport fails with an event, not with a throw', async () => {
  const { host } = connect();
  host.destroy();

  const request = http.request({ createConnection: () => host.open({ port: 1 }) });
  request.end();
  const [error] = await once(request, 'error');

  expect(error).toMatchObject({ code: 'SANDBOX_LOST' });
});

test('MuxChannel serves as the connection of an http client and of an http server', async () => {
  const server = http.createServer((request, response) => {
    request.pipe(response);
  });
  const { host } = connect((channel) => server.emit('connection', channel));
  const httpAgent = new http.Agent({ keepAlive: true, maxSockets: 1 });
  httpAgent.createConnection = () => host.open({ port: 49_983 });
  const post = async (body: Buffer): Promise<Buffer> => {
    const request = http.request({ agent: httpAgent, method: 'POST' });
    request.end(body);
    const [response] = await once(request, 'response');
    return buffer(response);
  };

  const bodies = [randomBytes(10), randomBytes(2_000_000), randomBytes(70_000)];
  const answers = [];
  for (const body of bodies) answers.push(await post(body));

  expect(answers.map((answer, index) => answer.equals(bodies[index] ?? Buffer.alloc(0)))).toEqual([
    true,
    true,
    true,
  ]);
  httpAgent.destroy();
});

test('MuxChannel keeps many tiny writes whole and in order', async () => {
  const { host, accepted } = connect();
  const channel = host.open({ port: 1 });

  for (let index = 0; index < 20_000; index += 1) channel.write(`${index},`);
  channel.end();
  await until(() => accepted.length === 1);
  const received = await text(accepted[0]?.channel ?? channel);

  expect(received.split(',').slice(0, -1).map(Number)).toEqual(
    Array.from({ length: 20_000 }, (_, index) => index),
  );
});

test('MuxChannel delivers tiny frames that arrive while its reader waits', async () => {
  const [raw, b] = duplexPair();
  let accepted: Duplex | undefined;
  const agent = new Mux(b, { role: 'agent', onOpen: (channel) => (accepted = channel) });
  const open = Buffer.concat([muxFrameHeader(1, 1, 4), Buffer.from([0, 0, 0, 80])]);
  const tiny = Buffer.concat([muxFrameHeader(2, 1, 1), Buffer.from('x')]);
  const end = muxFrameHeader(3, 1, 0);

  raw.write(Buffer.concat([open, ...Array.from({ length: 5000 }, () => tiny), end]));
  await until(() => accepted !== undefined);

  expect(await text(accepted ?? raw)).toBe('x'.repeat(5000));
  agent.destroy();
});

test('A peer that overruns its window loses the channel', async () => {
  const [raw, b] = duplexPair();
  raw.resume();
  let accepted: Duplex | undefined;
  const agent = new Mux(b, { role: 'agent', onOpen: (channel) => (accepted = channel) });
  raw.write(Buffer.concat([muxFrameHeader(1, 1, 4), Buffer.from([0, 0, 0, 80])]));
  const frame = Buffer.concat([muxFrameHeader(2, 1, 65_536), Buffer.alloc(65_536)]);

  for (let index = 0; index < 20; index += 1) raw.write(frame);
  await until(() => accepted?.destroyed === true);

  expect(b.destroyed).toBe(false);
  agent.destroy();
});

test.each([
  ['an oversize frame', Buffer.concat([muxFrameHeader(2, 1, 65_537)])],
  ['a frame shorter than its header', Buffer.from([0, 0, 0, 1, 3, 0, 0, 0, 1])],
  ['an unknown type', muxFrameHeader(99, 1, 0)],
  ['a channel that never was', muxFrameHeader(3, 41, 0)],
  [
    'an open with an id of the other side',
    Buffer.concat([muxFrameHeader(1, 2, 4), Buffer.from([0, 0, 0, 80])]),
  ],
  ['a window that is no number', Buffer.concat([muxFrameHeader(5, 1, 1), Buffer.from([0])])],
])('Mux closes the transport on %s', async (_name, bytes) => {
  const [raw, b] = duplexPair();
  const agent = new Mux(b, { role: 'agent', onOpen: () => undefined });

  raw.write(Buffer.concat([muxFrameHeader(1, 1, 4), Buffer.from([0, 0, 0, 80]), bytes]));
  await agent.closed;

  expect(b.destroyed).toBe(true);
});

test('Mux survives random bytes', async () => {
  for (let round = 0; round < 300; round += 1) {
    const [raw, b] = duplexPair();
    raw.on('error', () => undefined);
    raw.resume();
    const agent = new Mux(b, { role: 'agent', onOpen: (channel) => channel.pipe(channel) });
    raw.write(fuzzed(round));
    raw.end();
    await agent.closed;
  }
});

/** Half pure noise, half well-formed headers with random types, ids and lengths. */
function fuzzed(round: number): Buffer {
  if (round % 2 === 0) return randomBytes(1 + ((round * 97) % 5000));
  const frames = Array.from({ length: 50 }, () => {
    const dice = randomBytes(4);
    const length = dice.readUInt8(0) % 40;
    return Buffer.concat([
      muxFrameHeader(1 + (dice.readUInt8(1) % 5), dice.readUInt8(2) % 6, length),
      randomBytes(length),
    ]);
  });
  return Buffer.concat(frames);
}

test('Mux closes a transport whose peer asks without ever reading', async () => {
  const [raw, b] = duplexPair();
  raw.on('error', () => undefined);
  const agent = new Mux(b, { role: 'agent' });
  let isClosed = false;
  void agent.closed.then(() => (isClosed = true));

  const opens = (first: number): Buffer =>
    Buffer.concat(
      Array.from({ length: 2000 }, (_, index) =>
        Buffer.concat([muxFrameHeader(1, first + 2 * index, 4), Buffer.from([0, 0, 0, 80])]),
      ),
    );
  let nextId = 1;
  await until(() => {
    if (!isClosed) raw.write(opens(nextId));
    nextId += 4000;
    return isClosed;
  });

  expect(isClosed).toBe(true);
});
