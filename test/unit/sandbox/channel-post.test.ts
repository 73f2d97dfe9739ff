import { Duplex, duplexPair } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, test } from 'vitest';
import { postOnChannel } from '../../../src/sandbox/channel-post.ts';

const POST = {
  path: '/process.Process/Start',
  headers: { 'content-type': 'a/b' },
  body: [Buffer.from('hi')],
};

/** A channel whose other end says `pieces` and closes; what it was told is in `told`. */
function channelThatSays(...pieces: readonly (string | Buffer)[]): {
  readonly channel: Duplex;
  readonly told: () => string;
} {
  const written: Buffer[] = [];
  const waiting = [...pieces];
  const channel = new Duplex({
    read() {
      const next = waiting.shift();
      setImmediate(() => this.push(next === undefined ? null : Buffer.from(next)));
    },
    write(chunk: Buffer, _encoding, done) {
      written.push(chunk);
      done();
    },
  });
  return { channel, told: () => Buffer.concat(written).toString('latin1') };
}

describe('postOnChannel', () => {
  test('asks in plain HTTP for an answer that ends with the channel', async () => {
    const { channel, told } = channelThatSays('HTTP/1.1 200 OK\r\n\r\n');

    await postOnChannel(channel, POST);

    expect(told()).toBe(
      'POST /process.Process/Start HTTP/1.1\r\nhost: localhost\r\nconnection: close\r\n' +
        'content-length: 2\r\ncontent-type: a/b\r\n\r\nhi',
    );
  });

  test.for([
    ['in one piece', ['HTTP/1.1 200 OK\r\nx: y\r\n\r\nthe body']],
    ['cut in the head', ['HTTP/1.1 2', '00 OK\r\nx: y\r\n\r', '\nthe', ' body']],
    ['with the body after the head', ['HTTP/1.1 200 OK\r\n\r\n', 'the ', 'body']],
  ] as const)('gives the body of an answer that comes %s', async ([, pieces]) => {
    const { channel } = channelThatSays(...pieces);

    const { statusCode, body } = await postOnChannel(channel, POST);

    expect([statusCode, String(await buffer(body))]).toEqual([200, 'the body']);
    expect(channel.destroyed).toBe(true);
  });

  test('gives bytes as they are, whatever they are', async () => {
    const bytes = Buffer.from(Array.from({ length: 100_000 }, (_, i) => (i * 7) % 256));
    const { channel } = channelThatSays('HTTP/1.1 200 OK\r\n\r\n', bytes);

    const { body } = await postOnChannel(channel, POST);

    expect(bytes.equals(await buffer(body))).toBe(true);
  });

  test.for([
    ['no HTTP', ['nonsense\r\n\r\n'], /its answer is not plain HTTP/],
    ['chunks', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'], /not plain HTTP/],
    [
      'a head without an end',
      ['HTTP/1.1 200 OK\r\n', 'x'.repeat(20_000)],
      /the head of its answer is too long/,
    ],
    ['nothing', [], /closed the connection without an answer/],
    ['half a head', ['HTTP/1.1 200 OK\r\n'], /closed the connection without an answer/],
  ] as const)('refuses %s, and closes the channel', async ([, pieces, message]) => {
    const { channel } = channelThatSays(...pieces);

    await expect(postOnChannel(channel, POST)).rejects.toThrow(message);
    expect(channel.destroyed).toBe(true);
  });

  test('fails with what broke the channel', async () => {
    const [channel] = duplexPair();
    setImmediate(() => channel.destroy(new Error('the cable')));

    await expect(postOnChannel(channel, POST)).rejects.toThrow('the cable');
  });

  test.for(['before', 'while'])('gives up when it is cancelled %s it waits', async (when) => {
    const [channel] = duplexPair();
    const controller = new AbortController();
    if (when === 'before') controller.abort();
    else setImmediate(() => controller.abort());

    await expect(postOnChannel(channel, { ...POST, signal: controller.signal })).rejects.toMatchObject({
      code: 'CANCELLED',
    });
  });

  test('sends no header that would make another one', async () => {
    const [channel] = duplexPair();
    const headers = { authorization: 'x\r\nother: y' };

    await expect(postOnChannel(channel, { ...POST, headers })).rejects.toMatchObject({ code: 'INTERNAL' });
    expect(channel.destroyed).toBe(true);
  });
});
