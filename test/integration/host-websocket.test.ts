import { createHash, randomBytes } from 'node:crypto';
import { createServer, type IncomingMessage } from 'node:http';
import type { Duplex } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createSandbox, fakeIsolation, openFakeHost, until } from '../support/host.ts';
import { runInSandbox } from '../support/run-in-sandbox.ts';
import { openRealHost } from '../support/real-host.ts';
import { rawClient, upgradeHead } from '../support/raw-client.ts';
import { until as untilSlowly } from '../support/until.ts';

type OnUpgrade = (request: IncomingMessage, channel: Duplex, head: Buffer) => void;

const SWITCH =
  'HTTP/1.1 101 Switching Protocols\r\nConnection: Upgrade\r\nUpgrade: websocket\r\nX-Mine: 1\r\n\r\n';

/** Sandboxes where a program that changes protocols listens on every port. */
function upgrading(onUpgrade: OnUpgrade) {
  const channels: Duplex[] = [];
  const server = createServer((request, response) => response.end(`plain ${request.url}`));
  server.on('upgrade', onUpgrade);
  const onPort = (channel: Duplex): void => {
    channels.push(channel);
    server.emit('connection', channel);
  };
  return { isolation: fakeIsolation({ onPort }), channels };
}

const echo: OnUpgrade = (_request, channel) => {
  channel.write(SWITCH);
  channel.pipe(channel);
};

describe('an upgrade through the proxy', () => {
  test('reaches the program with its own headers only, and its answer comes back', async () => {
    const seen: IncomingMessage[] = [];
    const { isolation } = upgrading((request, channel, head) => {
      seen.push(request);
      echo(request, channel, head);
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);
    const extra = `X-Access-Token: ${access.envdAccessToken}\r\nX-API-Key: ${host.apiKey}\r\nX-Other: 2\r\n`;

    using client = rawClient(host, upgradeHead(access, { extra }));
    await client.expect(/^HTTP\/1\.1 101 [^]*\r\n\r\n/);
    client.socket.write('hei');
    await client.expect(/\r\n\r\nhei$/);

    expect(client.text()).toMatch(/X-Mine: 1/);
    expect([seen[0]?.url, seen[0]?.headers['x-other'], seen[0]?.headers.upgrade]).toEqual([
      '/chat?x=1',
      '2',
      'websocket',
    ]);
    const headers = JSON.stringify(seen[0]?.rawHeaders);
    expect(headers).not.toMatch(new RegExp(`${access.envdAccessToken}|${host.apiKey}|e2b-`, 'i'));
  });

  test('goes by name, too', async () => {
    const { isolation } = upgrading(echo);
    await using host = await openFakeHost(isolation);
    const { sandboxID, domain } = await createSandbox(host);

    using client = rawClient(
      host,
      `GET / HTTP/1.1\r\nHost: 3000-${sandboxID}.${domain}\r\nConnection: keep-alive, Upgrade\r\nUpgrade: tcp\r\n\r\n`,
    );

    await client.expect(/502|101/);
    // The program speaks WebSocket only: another protocol than was asked for is not passed on.
    expect(client.text()).toMatch(/^HTTP\/1\.1 502/);
  });

  test('carries bytes that were sent too early, on both sides', async () => {
    const { isolation } = upgrading((_request, channel, head) => {
      channel.write(`${SWITCH}early answer;`);
      channel.write(head);
      channel.pipe(channel);
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    using client = rawClient(host, `${upgradeHead(access)}early question`);

    await client.expect(/\r\n\r\nearly answer;early question$/);
  });

  test('carries megabytes both ways unchanged', async () => {
    const { isolation } = upgrading(echo);
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);
    const bytes = randomBytes(8_000_000);

    using client = rawClient(host, upgradeHead(access));
    await client.expect(/101/);
    client.socket.end(bytes);
    await client.closed;

    const body = Buffer.from(client.text().replace(/^[^]*?\r\n\r\n/, ''), 'latin1');
    expect(body.equals(bytes)).toBe(true);
  });

  test('holds the program back when the client does not read', async () => {
    let writtenBytes = 0;
    const { isolation } = upgrading((_request, channel) => {
      channel.write(SWITCH);
      const pump = (): void => {
        while (writtenBytes < 500_000_000 && channel.write(Buffer.alloc(65_536))) writtenBytes += 65_536;
        channel.once('drain', pump);
      };
      pump();
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    using client = rawClient(host, upgradeHead(access));
    await client.expect(/101/);
    client.socket.pause();
    let before = -1;
    await until(() => {
      const isStill = writtenBytes === before;
      before = writtenBytes;
      return isStill && writtenBytes > 0;
    });

    expect(writtenBytes).toBeLessThan(30_000_000);
  });

  test('passes the end of one direction on and leaves the other open', async () => {
    const { isolation } = upgrading((_request, channel) => {
      channel.write(SWITCH);
      channel.resume().on('end', () => channel.end('you have ended'));
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    using client = rawClient(host, upgradeHead(access));
    await client.expect(/101/);
    client.socket.end();
    await client.expect(/you have ended$/);

    expect(await client.closed).toBe('ended');
  });

  test('shows as a reset when the sandbox dies, or the program breaks off', async () => {
    const { isolation, channels } = upgrading(echo);
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);
    using first = rawClient(host, upgradeHead(access));
    using second = rawClient(host, upgradeHead(access));
    await Promise.all([first.expect(/101/), second.expect(/101/)]);

    channels[0]?.destroy();
    const broken = await Promise.race([first.closed, second.closed]);
    isolation.launched[0]?.crash();

    expect([broken, await first.closed, await second.closed]).toEqual(['reset', 'reset', 'reset']);
  });

  test('may be declined: the answer of the program comes as it is', async () => {
    const { isolation } = upgrading((_request, channel) => {
      channel.end('HTTP/1.1 426 Upgrade Required\r\nContent-Length: 2\r\nX-Mine: 1\r\n\r\nno');
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    using client = rawClient(host, upgradeHead(access));

    expect(await client.closed).toBe('ended');
    expect(client.text()).toMatch(/^HTTP\/1\.1 426 [^]*X-Mine: 1[^]*\r\n\r\nno$/);
  });

  test('to a closed port, a dead sandbox or envd is answered as a plain request', async () => {
    await using host = await openFakeHost(fakeIsolation());
    const access = await createSandbox(host);

    using closed = rawClient(host, upgradeHead(access));
    using dead = rawClient(host, upgradeHead({ sandboxID: 'inope' }));
    using envd = rawClient(host, upgradeHead(access, { port: 49_983 }));
    using control = rawClient(
      host,
      'GET /health HTTP/1.1\r\nHost: localhost\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
    );

    await closed.expect(/^HTTP\/1\.1 502 [^]*port is not open/);
    await dead.expect(/^HTTP\/1\.1 502 [^]*The sandbox was not found/);
    await envd.expect(/^HTTP\/1\.1 40[14] /);
    await control.expect(/^HTTP\/1\.1 200 [^]*ok/);
  });

  test('to HTTP/2 is not made: the request goes on as HTTP/1.1, with its body and the next one', async () => {
    const isolation = fakeIsolation({
      ports: {
        3000: (request, response) =>
          request.pipe(response.writeHead(200, { 'x-up': String(request.headers.upgrade) })),
      },
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);
    const head = upgradeHead(access, { protocol: 'h2c', extra: 'Content-Length: 5\r\n' }).replace(
      'GET',
      'POST',
    );

    using client = rawClient(host, `${head}first`);
    await client.expect(/x-up: undefined[^]*first[^]*0\r\n\r\n/);
    client.socket.write(`${head}other`);

    await client.expect(/first[^]*x-up: undefined[^]*other/);
  });

  test('that does not wait for the answer before it ends the connection, and harms no one', async () => {
    const { isolation, channels } = upgrading(echo);
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);
    const plain = upgradeHead(access).replaceAll(/(?:Connection|Upgrade): .*\r\n/g, '');

    using client = rawClient(host, `${plain}${upgradeHead(access)}`);
    await client.closed;

    await until(() => channels.every((channel) => channel.destroyed));
    await expect(createSandbox(host)).resolves.toBeDefined();
  });

  test.each([
    ['the wrong protocol', 'HTTP/1.1 101 X\r\nConnection: Upgrade\r\nUpgrade: evil\r\n\r\n'],
    ['garbage', 'SSH-2.0\r\n\r\n'],
    ['an endless head', `HTTP/1.1 101 X\r\n${'x-a: b\r\n'.repeat(20_000)}\r\n`],
    ['nothing', ''],
  ])('that is answered with %s ends in 502', async (_name, answer) => {
    const { isolation } = upgrading((_request, channel) => channel.end(answer));
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    using client = rawClient(host, upgradeHead(access));

    await client.expect(/^HTTP\/1\.1 502 /);
  });

  test.each(['end', 'reset', 'close'])(
    'that was declined with an endless answer is given up when the client leaves by %s',
    async (way) => {
      const { isolation, channels } = upgrading((_request, channel) => {
        channel.write('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nhei\r\n');
      });
      await using host = await openFakeHost(isolation);
      const access = await createSandbox(host);

      using client = rawClient(host, upgradeHead(access));
      await client.expect(/hei/);
      if (way === 'end') client.socket.end();
      else if (way === 'reset') client.socket.resetAndDestroy();
      else client.socket.destroy();

      await until(() => channels.length === 1 && channels[0]?.destroyed === true);
    },
  );

  test('leaves nothing behind when clients vanish at any moment', async () => {
    const { isolation, channels } = upgrading((request, channel, head) => {
      if (request.headers['x-wait'] === undefined) echo(request, channel, head);
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);
    const ways = ['', 'X-Wait: 1\r\n'].flatMap((extra) =>
      ['end', 'reset', 'close'].map((way) => ({ extra, way })),
    );

    for (const { extra, way } of ways.flatMap((each) => Array.from({ length: 10 }, () => each))) {
      const count = channels.length;
      const client = rawClient(host, upgradeHead(access, { extra }));
      await until(() => channels.length > count);
      if (extra === '') await client.expect(/101/);
      if (way === 'end') client.socket.end();
      else if (way === 'reset') client.socket.resetAndDestroy();
      else client.socket.destroy();
    }

    await until(() => channels.every((channel) => channel.destroyed), 'every channel is closed');
    expect(channels).toHaveLength(60);
  });
});

test('CONNECT is refused', async () => {
  await using host = await openFakeHost(fakeIsolation());

  using client = rawClient(host, 'CONNECT example.com:443 HTTP/1.1\r\nHost: example.com:443\r\n\r\n');

  expect(await client.closed).toBe('ended');
  expect(client.text()).toMatch(/^HTTP\/1\.1 405 /);
});

test('a WebSocket server in a real sandbox speaks with a client outside', { timeout: 60_000 }, async () => {
  await using host = await openRealHost();
  const access = await createSandbox(host);
  await runInSandbox(host, access, serverScript());
  const accept = createHash('sha1')
    .update('dGhlIHNhbXBsZSBub25jZQ==258EAFA5-E914-47DA-95CA-C5AB0DC85B11')
    .digest('base64');

  const client = await untilSlowly('the server', async () => {
    const attempt = rawClient(host, upgradeHead(access));
    const [, status] = await attempt.expect(/^HTTP\/1\.1 (\d+)/);
    if (status === '101') return attempt;
    attempt[Symbol.dispose]();
    return false;
  });
  client.socket.write(Buffer.from([0x81, 0x83, 0, 0, 0, 0, 0x68, 0x65, 0x69]));
  await client.expect(/\r\n\r\n\x81.hei$/);

  expect(client.text()).toContain(`Sec-WebSocket-Accept: ${accept}`);
  client[Symbol.dispose]();
});

/** Echoes frames of up to 125 bytes, with the mask taken off. */
function serverScript(): string {
  return `
    const { createHash } = require('crypto');
    require('http').createServer().on('upgrade', (request, socket) => {
      const key = request.headers['sec-websocket-key'] + '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';
      socket.write('HTTP/1.1 101 Switching Protocols\\r\\nConnection: Upgrade\\r\\nUpgrade: websocket\\r\\n' +
        'Sec-WebSocket-Accept: ' + createHash('sha1').update(key).digest('base64') + '\\r\\n\\r\\n');
      socket.on('error', () => {}).on('data', (frame) => {
        const length = frame[1] & 127;
        const body = frame.subarray(6, 6 + length).map((byte, index) => byte ^ frame[2 + index % 4]);
        socket.write(Buffer.concat([Buffer.from([frame[0], length]), body]));
      });
    }).listen(3000, '127.0.0.1');`;
}
