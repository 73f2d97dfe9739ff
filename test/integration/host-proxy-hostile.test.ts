import { readdirSync } from 'node:fs';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import { call, createSandbox, fakeIsolation, openFakeHost, sandboxHeaders } from '../support/host.ts';
import { rawClient, upgradeHead } from '../support/raw-client.ts';
import { until } from '../support/until.ts';

describe('a request that could be read in two ways', () => {
  test.each([
    ['both lengths', 'Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n'],
    ['two lengths', 'Content-Length: 5\r\nContent-Length: 6\r\n\r\nhello!'],
    ['a list of lengths', 'Content-Length: 5, 5\r\n\r\nhello'],
    ['a signed length', 'Content-Length: +5\r\n\r\nhello'],
    ['a bare line feed', 'X-A: b\nContent-Length: 0\r\n\r\n'],
    ['a bare carriage return', 'X-A: b\rContent-Length: 0\r\n\r\n'],
    ['a NUL', 'X-A: b\0c\r\n\r\n'],
    ['a space before the colon', 'Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n'],
    ['two Hosts', 'Host: other\r\n\r\n'],
    ['a coding that is not the last', 'Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n'],
    ['a coding before the last', 'Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n'],
    ['an unknown coding', 'Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n'],
  ])('%s is refused and reaches no program', async (_name, rest) => {
    const seen: IncomingMessage[] = [];
    await using host = await openFakeHost(
      fakeIsolation({
        ports: {
          3000: (request, response) => {
            seen.push(request);
            response.end();
          },
        },
      }),
    );
    const { sandboxID } = await createSandbox(host);

    using client = rawClient(
      host,
      `POST / HTTP/1.1\r\nHost: localhost\r\nE2b-Sandbox-Id: ${sandboxID}\r\nE2b-Sandbox-Port: 3000\r\n${rest}`,
    );

    await client.expect(/^HTTP\/1\.1 (?:400|501) /);
    expect(seen).toHaveLength(0);
  });

  test.each(['\nX: y', '5\nabcde\n0\n\n', '5;a\n\r\nabcde\r\n0\r\n\r\n', 'ffffffffffffffffff\r\n', '-1\r\n'])(
    'a chunk written as %j does not become a request of its own',
    async (chunk) => {
      const seen: (string | undefined)[] = [];
      await using host = await openFakeHost(
        fakeIsolation({
          ports: {
            3000: (request, response) => {
              seen.push(request.url);
              request
                .on('error', () => undefined)
                .resume()
                .on('end', () => response.end());
            },
          },
        }),
      );
      const { sandboxID } = await createSandbox(host);

      using client = rawClient(
        host,
        `POST /one HTTP/1.1\r\nHost: localhost\r\nE2b-Sandbox-Id: ${sandboxID}\r\nE2b-Sandbox-Port: 3000\r\n` +
          `Transfer-Encoding: chunked\r\n\r\n${chunk}GET /two HTTP/1.1\r\nHost: localhost\r\n\r\n`,
      );
      await client.closed;

      expect(seen).not.toContain('/two');
      expect(client.text()).not.toMatch(/ 200 /);
    },
  );
});

describe('connections that come and go', () => {
  test('leave no descriptor and no channel behind, by the thousand', { timeout: 60_000 }, async () => {
    let channels = 0;
    const isolation = fakeIsolation({
      onPort: (channel) => {
        channels += 1;
        channel.once('close', () => (channels -= 1));
        channel.resume();
      },
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);
    const before = countDescriptors();
    const partial = upgradeHead(access).slice(0, -2);
    const body = `POST / HTTP/1.1\r\nHost: x\r\nE2b-Sandbox-Id: ${access.sandboxID}\r\nE2b-Sandbox-Port: 3000\r\nContent-Length: 9\r\n\r\nhalf`;

    for (let round = 0; round < 20; round += 1) {
      const clients = [partial, upgradeHead(access), body, ''].flatMap((bytes) =>
        Array.from({ length: 25 }, () => rawClient(host, bytes)),
      );
      await until('the whole requests have come', () => channels === 50);
      for (const [index, { socket }] of clients.entries()) {
        if (index % 2 === 0) socket.resetAndDestroy();
        else socket.destroy();
      }
      await until('every channel is closed', () => channels === 0);
    }

    await until('the descriptors are closed', () => countDescriptors() <= before);
    expect((await call(`${host.url}/health`, { headers: sandboxHeaders(access) })).status).toBe(204);
  });

  test('and say nothing are ended by the host', async () => {
    await using host = await openFakeHost(fakeIsolation(), { headersTimeoutMs: 200 });
    const access = await createSandbox(host);

    using client = rawClient(host, upgradeHead(access).slice(0, 40));

    await client.expect(/^HTTP\/1\.1 408 /);
    expect(await client.closed).toBe('ended');
  });
});

function countDescriptors(): number {
  return process.platform === 'linux' ? readdirSync('/proc/self/fd').length : 0;
}
