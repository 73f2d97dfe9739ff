import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect, createServer, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { FROM_DAEMON, MAX_FRAME_BYTES, TO_DAEMON } from '../../../src/contract/daemon-wire.ts';
import { encodeFrame, FrameDecoder } from '../../../src/core/frames.ts';
import { Connection } from '../../../src/daemon/connection.ts';

let dir: string;
let client: Socket;
let connection: Connection;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'iris-'));
  const server = createServer({ allowHalfOpen: true });
  server.listen(join(dir, 's'));
  await once(server, 'listening');
  client = connect(join(dir, 's'));
  const accepted = new Promise<Socket>((resolve) => server.once('connection', resolve));
  connection = new Connection(await accepted);
  server.close();
});
afterEach(() => {
  client.destroy();
  rmSync(dir, { recursive: true });
});

/** What the client got, once the connection is closed: the type and the text of each frame. */
async function framesOf(): Promise<(readonly [number, string])[]> {
  connection.end();
  const decoder = new FrameDecoder({ maxPayloadBytes: MAX_FRAME_BYTES });
  return decoder.push(await buffer(client)).map(({ type, payload }) => [type, String(payload)] as const);
}

describe('what a client is sent', () => {
  test.each([
    ['that it was taken for a request', { method: 'status' }, [[FROM_DAEMON.taken, '']]],
    ['nothing for one that the spool tells of', { method: 'run', spooled: '1-a' }, []],
  ])('is %s, before anything is done', async (_what, request, expected) => {
    client.write(encodeFrame(TO_DAEMON.request, JSON.stringify(request)));

    expect(await connection.request()).toEqual(request);

    expect(await framesOf()).toEqual(expected);
  });

  test('comes in one frame for all bytes of one kind and turn', async () => {
    for (const text of ['a', 'b', 'c']) void connection.sendBytes(FROM_DAEMON.stdout, Buffer.from(text));
    await new Promise((next) => setImmediate(next));
    void connection.sendBytes(FROM_DAEMON.stdout, Buffer.from('later'));

    expect(await framesOf()).toEqual([
      [FROM_DAEMON.stdout, 'abc'],
      [FROM_DAEMON.stdout, 'later'],
    ]);
  });

  test('keeps its order among both streams and events', async () => {
    void connection.sendBytes(FROM_DAEMON.stdout, Buffer.from('1'));
    void connection.sendBytes(FROM_DAEMON.stderr, Buffer.from('2'));
    connection.sendJson(FROM_DAEMON.event, 3);
    void connection.sendBytes(FROM_DAEMON.stdout, Buffer.from('4'));
    connection.sendJson(FROM_DAEMON.result, 5);

    expect(await framesOf()).toEqual([
      [FROM_DAEMON.stdout, '1'],
      [FROM_DAEMON.stderr, '2'],
      [FROM_DAEMON.event, '3'],
      [FROM_DAEMON.stdout, '4'],
      [FROM_DAEMON.result, '5'],
    ]);
  });

  test('waits for a client that does not read', async () => {
    const block = Buffer.alloc(256 * 1024);
    let sent = 0;
    const flood = (async () => {
      for (; sent < 40; sent++) await connection.sendBytes(FROM_DAEMON.stdout, block);
    })();
    await new Promise((next) => setTimeout(next, 100));
    expect(sent).toBeLessThan(10);

    const read = buffer(client);
    await flood;
    connection.end();

    expect((await read).length).toBeGreaterThanOrEqual(40 * block.length);
  });
});

describe('what a client is asked', () => {
  const decoder = new FrameDecoder({ maxPayloadBytes: MAX_FRAME_BYTES });
  const nextQuestion = async (): Promise<{ id: number; names: string[] }> => {
    const [chunk] = await once(client, 'data');
    return JSON.parse(String(decoder.push(chunk)[0]?.payload));
  };
  const reply = (value: unknown): void =>
    void client.write(encodeFrame(TO_DAEMON.reply, JSON.stringify(value)));

  test('is answered by the reply with its id, whatever comes first', async () => {
    const first = connection.ask({ type: 'env', names: ['A'] });
    const { id, names } = await nextQuestion();
    const second = connection.ask({ type: 'env', names: ['B'] });
    const later = await nextQuestion();

    reply({ id: 99, value: 'nobody asked' });
    reply({ id: later.id, value: 'b' });
    reply({ id, value: 'a' });

    expect(await Promise.all([first, second])).toEqual(['a', 'b']);
    expect([names, later.names]).toEqual([['A'], ['B']]);
  });

  test('is CANCELLED when the client goes away, before it replies or before it is asked', async () => {
    const asked = connection.ask({ type: 'confirm', text: 'may it?', detail: '' });
    client.destroy();

    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(connection.ask({ type: 'env', names: [] })).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('ends the connection when the reply is malformed', async () => {
    const asked = connection.ask({ type: 'env', names: [] });
    reply({ id: 'one' });

    await expect(asked).rejects.toMatchObject({ code: 'CANCELLED' });
  });
});
