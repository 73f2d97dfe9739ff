import type { Duplex } from 'node:stream';
import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { BridgeTable } from '../../../src/bridge/bridge-table.ts';
import { MAX_LINE_BYTES } from '../../../src/bridge/wire.ts';
import type { DoorCall } from '../../../src/bridge/tool-door.ts';
import { IrisError } from '../../../src/core/errors.ts';
import { callOf, connectedPair, doorOf, hello, type Peer } from '../../support/bridge-peer.ts';
import { until } from '../../support/until.ts';

const echo = async ({ input }: DoorCall): Promise<unknown> => input;

function openTable(call: (call: DoorCall) => Promise<unknown> = echo): {
  readonly token: string;
  readonly dispose: () => void;
  readonly settled: () => Promise<void>;
  connect(): Peer & { readonly host: Duplex };
} {
  const table = new BridgeTable(() => undefined);
  const bridge = table.open({ door: doorOf(call) });
  return {
    token: bridge.token,
    settled: () => bridge.settled(),
    dispose: () => bridge[Symbol.dispose](),
    connect: () => {
      const { host, peer } = connectedPair();
      table.accept(host);
      return { ...peer, host };
    },
  };
}

describe('a connection of a script', () => {
  test('gets its answers, many at a time and with its own ids', async () => {
    const { token, connect } = openTable(async ({ input }) => {
      await turn();
      return input;
    });
    using peer = connect();

    peer.send(hello(token), ...Array.from({ length: 200 }, (_, index) => callOf(`a:${index}`, { index })));
    const replies = await Promise.all(Array.from({ length: 200 }, () => peer.next()));

    expect(new Set(replies.map((reply) => JSON.stringify(reply))).size).toBe(200);
    expect(replies).toContainEqual({ id: 'a:7', result: { index: 7 } });
  });

  test('has its tools told how long each request was', async () => {
    const { token, connect } = openTable(async ({ bytes }) => bytes);
    using peer = connect();
    const call = callOf('a:1', { text: 'é'.repeat(1000) });

    peer.send(hello(token), call);

    expect(await peer.next()).toEqual({ id: 'a:1', result: Buffer.byteLength(JSON.stringify(call)) });
  });

  test('lists, finds and describes tools', async () => {
    const { token, connect } = openTable();
    using peer = connect();

    peer.send(hello(token), { id: '1', method: 'tools/list' });
    expect(await peer.next()).toMatchObject({ id: '1', result: [{ name: 'echo' }] });
    peer.send({ id: '2', method: 'tools/describe', params: { name: 'echo' } });
    expect(await peer.next()).toMatchObject({ id: '2', result: { name: 'echo', effect: 'read' } });
  });

  test.each([
    ['a token of nobody', hello('x')],
    ['no hello', callOf('a:1')],
    ['no JSON', 'GET / HTTP/1.1'],
    ['an old version', { method: 'hello', params: { version: 0, token: 'x' } }],
  ])('with %s is told so and ended', async (_what, first) => {
    let calls = 0;
    const { connect } = openTable(async () => (calls += 1));
    using peer = connect();

    peer.send(first, callOf('a:2'));

    expect(await peer.next()).toMatchObject({ id: null, error: { code: expect.any(String) } });
    expect(await peer.next()).toBeUndefined();
    expect(calls).toBe(0);
  });

  test('goes on after a request that was refused', async () => {
    const { token, connect } = openTable();
    using peer = connect();

    peer.send(hello(token), 'nonsense', { id: 'x', method: 'resources/list' }, callOf('a:1', 1));

    expect(await peer.next()).toMatchObject({ id: null, error: { code: 'USAGE_INVALID' } });
    expect(await peer.next()).toMatchObject({ id: 'x', error: { code: 'USAGE_INVALID' } });
    expect(await peer.next()).toEqual({ id: 'a:1', result: 1 });
  });

  test('that sends a line without an end is ended at the limit, and others go on', async () => {
    const { token, connect } = openTable();
    using giant = connect();
    using other = connect();
    giant.send(hello(token));
    other.send(hello(token));

    giant.stream.write(Buffer.alloc(MAX_LINE_BYTES + 1024, 97));
    other.send(callOf('b:1', 'fine'));

    expect(await other.next()).toEqual({ id: 'b:1', result: 'fine' });
    expect(await giant.next()).toMatchObject({ id: null, error: { code: 'IRIS_LIMIT_EXCEEDED' } });
  });

  test('is told the code and the hint of a tool that failed, and no more', async () => {
    const { token, connect } = openTable(async () => {
      throw new IrisError('IRIS_NOT_FOUND', 'There is none', { hint: 'Look.', cause: new Error('secret') });
    });
    using peer = connect();

    peer.send(hello(token), callOf('a:1'));

    expect(await peer.next()).toEqual({
      id: 'a:1',
      error: {
        code: 'IRIS_NOT_FOUND',
        category: 'data',
        message: 'There is none',
        hint: 'Look.',
        retryable: false,
      },
    });
  });

  test('is told when an answer is too large', async () => {
    const { token, connect } = openTable(async () => 'x'.repeat(MAX_LINE_BYTES));
    using peer = connect();

    peer.send(hello(token), callOf('a:1'));

    expect(await peer.next()).toMatchObject({ id: 'a:1', error: { code: 'IRIS_LIMIT_EXCEEDED' } });
  });

  test('cancels a call', async () => {
    const { token, connect } = openTable(
      ({ signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason))),
    );
    using peer = connect();

    peer.send(hello(token), callOf('a:1'), { method: 'cancel', params: { id: 'a:1' } });

    expect(await peer.next()).toMatchObject({ id: 'a:1', error: { code: 'CANCELLED' } });
  });

  test('that floods has 64 calls under way and waits with the rest', async () => {
    let running = 0;
    let most = 0;
    const { token, connect } = openTable(async ({ input }) => {
      most = Math.max(most, (running += 1));
      await turn();
      running -= 1;
      return input;
    });
    using peer = connect();

    peer.send(hello(token), ...Array.from({ length: 1000 }, (_, index) => callOf(`a:${index}`)));
    for (let index = 0; index < 1000; index++) await peer.next();

    expect(most).toBe(64);
  });
});

describe('a request that comes again', () => {
  test('is served once: while it is under way, after it was answered, and on another connection', async () => {
    let calls = 0;
    let release: () => void = () => undefined;
    const { token, connect } = openTable(async () => {
      calls += 1;
      await new Promise<void>((resolve) => (release = resolve));
      return calls;
    });
    const lost = connect();
    lost.send(hello(token), callOf('a:1'));
    await until('the call', () => calls === 1);
    lost[Symbol.dispose]();

    using again = connect();
    again.send(hello(token), callOf('a:1'));
    await turn();
    release();
    expect(await again.next()).toEqual({ id: 'a:1', result: 1 });

    using late = connect();
    late.send(hello(token), callOf('a:1'));
    expect(await late.next()).toEqual({ id: 'a:1', result: 1 });
    expect(calls).toBe(1);
  });
});

describe('the end of a run', () => {
  test('waits for what the script sent before it ended', async () => {
    let done = 0;
    const { token, connect, settled } = openTable(async () => {
      await turn();
      return (done += 1);
    });
    const peer = connect();
    peer.send(hello(token), ...Array.from({ length: 20 }, (_, index) => callOf(`a:${index}`)));
    peer.stream.end();

    await settled();

    expect(done).toBe(20);
  });

  test('ends connections and calls, and knows the token no more', async () => {
    let calls = 0;
    const { token, connect, dispose } = openTable(({ signal }) => {
      calls += 1;
      return new Promise((_resolve, reject) => signal.addEventListener('abort', () => reject(signal.reason)));
    });
    using peer = connect();
    peer.send(hello(token), callOf('a:1'));
    await until('the connection', () => calls === 1);

    dispose();

    await until('the end of the connection', () => peer.host.destroyed);
    using late = connect();
    late.send(hello(token));
    expect(await late.next()).toMatchObject({ id: null, error: { code: 'IRIS_FORBIDDEN' } });
  });
});
