import { describe, expect, test } from 'vitest';
import { call, createSandbox, fakeIsolation, openFakeHost, sandboxHeaders } from '../support/host.ts';

describe('a hostile sandbox', () => {
  test.each([
    ['no HTTP', 'SSH-2.0-OpenSSH\r\n\r\n'],
    ['a status that does not exist', 'HTTP/1.1 099 Odd\r\ncontent-length: 0\r\n\r\n'],
    ['both lengths', 'HTTP/1.1 200 OK\r\ncontent-length: 5\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['an endless head', `HTTP/1.1 200 OK\r\n${'x-a: b\r\n'.repeat(20_000)}\r\n`],
    [
      'an upgrade nobody asked for',
      'HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n',
    ],
    [
      'a second response',
      `HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok${'HTTP/1.1 200 OK\r\n\r\n'.repeat(3)}`,
    ],
    ['nothing', ''],
  ])('that answers %s harms no one', async (_name, answer) => {
    const isolation = fakeIsolation({
      onEnvd: (request) => {
        request.socket.end(answer);
      },
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    const status = await call(`${host.url}/envs`, { headers: sandboxHeaders(access) }).then(
      (reply) => reply.status,
      () => 502,
    );

    expect([200, 502]).toContain(status);
    await expect(createSandbox(host)).resolves.toBeDefined();
  });

  test('whose body is shorter than it said shows as a reset', async () => {
    const isolation = fakeIsolation({
      onEnvd: (request) => {
        request.socket.end('HTTP/1.1 200 OK\r\ncontent-length: 500\r\n\r\nshort');
      },
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    await expect(call(`${host.url}/envs`, { headers: sandboxHeaders(access) })).rejects.toThrow(
      /aborted|ECONNRESET/,
    );
  });
});
