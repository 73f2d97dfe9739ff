import { createHash, randomBytes } from 'node:crypto';
import type { IncomingMessage, RequestListener } from 'node:http';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import {
  call,
  createSandbox,
  fakeIsolation,
  openFakeHost,
  sandboxHeaders,
  type Access,
} from '../support/host.ts';
import { rawClient } from '../support/raw-client.ts';
import { openRealHost } from '../support/real-host.ts';
import { runInSandbox } from '../support/run-in-sandbox.ts';
import { until } from '../support/until.ts';

describe('a server in a real sandbox', () => {
  let host: EmbeddedHost;
  let access: Access;

  beforeAll(async () => {
    host = await openRealHost();
    access = await createSandbox(host);
    await runInSandbox(host, access, serverScript());
    await until('the servers', async () => {
      const replies = await Promise.all([3001, 3002, 3003].map((port) => ask(port)));
      return replies.every((reply) => reply.status === 200);
    });
  }, 60_000);
  afterAll(() => host[Symbol.asyncDispose]());

  const ask = (port: number, path = '/') =>
    call(`${host.url}${path}`, { headers: sandboxHeaders(access, port) });

  test.each([
    [3001, '127.0.0.1'],
    [3002, '::1'],
    [3003, 'every address'],
  ])('is reached on port %i, where it listens on %s', async (port) => {
    const reply = await ask(port);

    expect([reply.status, reply.text]).toEqual([200, `port ${port}`]);
  });

  test('is reached under the name that the SDK gives to its port', async () => {
    const reply = await call(`${host.url}/`, {
      headers: { host: `3001-${access.sandboxID}.${access.domain}` },
    });

    expect(reply.text).toBe('port 3001');
  });

  test('carries megabytes both ways', async () => {
    const body = randomBytes(12_000_000);

    const reply = await fetch(`${host.url}/echo`, {
      method: 'POST',
      headers: sandboxHeaders(access, 3001),
      body,
    });
    const answer = Buffer.from(await reply.arrayBuffer());

    expect(digest(answer)).toBe(digest(body));
  });

  test('that is not there is named', async () => {
    const reply = await ask(3999);

    expect([reply.status, reply.json()]).toEqual([
      502,
      {
        sandboxId: access.sandboxID,
        message: 'The sandbox is running but port is not open',
        port: 3999,
        code: 502,
      },
    ]);
  });
});

describe('HTTP through the proxy', () => {
  test('keeps chunks and trailers on both sides', async () => {
    const seen: IncomingMessage[] = [];
    await using host = await hostWithPort((request, response) => {
      seen.push(request);
      request.resume().on('end', () => {
        response.writeHead(200, { trailer: 'x-sum' });
        response.write('hei');
        response.addTrailers({ 'x-sum': '42' });
        response.end();
      });
    });
    const access = await createSandbox(host);

    using client = rawClient(
      host,
      `${headOf(access, 'POST')}Transfer-Encoding: chunked\r\nTrailer: x-in\r\n\r\n` +
        '3\r\nabc\r\n0\r\nx-in: 1\r\nX-Access-Token: secret\r\nE2b-Sandbox-Id: x\r\n\r\n',
    );
    await client.expect(/Trailer: x-sum[^]*3\r\nhei\r\n0\r\nx-sum: 42\r\n\r\n$/i);

    expect(seen[0]?.trailers).toEqual({ 'x-in': '1' });
  });

  test('says 100 Continue before the body comes', async () => {
    await using host = await hostWithPort((request, response) => request.pipe(response));
    const access = await createSandbox(host);

    using client = rawClient(
      host,
      `${headOf(access, 'POST')}Expect: 100-continue\r\nContent-Length: 3\r\n\r\n`,
    );
    await client.expect(/^HTTP\/1\.1 100 Continue\r\n\r\n$/);
    client.socket.write('hei');

    await client.expect(/HTTP\/1\.1 200 [^]*hei/);
  });

  test.each([
    ['HEAD', 200, { 'content-length': '5' }],
    ['GET', 204, {}],
    ['GET', 304, { etag: '"a"' }],
  ])('%s answered with %i has no body, and the connection goes on', async (method, status, headers) => {
    await using host = await hostWithPort((_request, response) => response.writeHead(status, headers).end());
    const access = await createSandbox(host);
    const head = `${headOf(access, method)}\r\n`;

    using client = rawClient(host, head);
    await client.expect(/\r\n\r\n$/);
    const first = client.text();
    client.socket.write(head);
    await client.expect(/HTTP\/1\.1[^]*HTTP\/1\.1[^]*\r\n\r\n$/);

    expect(first.startsWith(`HTTP/1.1 ${status} `)).toBe(true);
    for (const [name, value] of Object.entries(headers)) expect(first).toContain(`${name}: ${value}`);
    expect(first).not.toMatch(/transfer-encoding/i);
  });

  test('answers an HTTP/1.0 client without chunks', async () => {
    await using host = await hostWithPort((_request, response) => {
      response.write('a');
      response.end('b');
    });
    const access = await createSandbox(host);

    using client = rawClient(host, `${headOf(access, 'GET').replace('HTTP/1.1', 'HTTP/1.0')}\r\n`);

    expect(await client.closed).toBe('ended');
    expect(client.text()).toMatch(/\r\n\r\nab$/);
  });

  test('drops headers of one connection only, and keeps the keys of others', async () => {
    const seen: IncomingMessage[] = [];
    await using host = await hostWithPort((request, response) => {
      seen.push(request);
      response.writeHead(200, { 'proxy-authenticate': 'x', 'keep-alive': 'timeout=1', 'x-mine': '1' }).end();
    });
    const access = await createSandbox(host);

    const reply = await call(`${host.url}/`, {
      headers: {
        'e2b-sandbox-id': access.sandboxID,
        'e2b-sandbox-port': '3000',
        'x-access-token': 'of the program',
        'x-api-key': 'of the program, too',
        authorization: `Bearer ${access.envdAccessToken}`,
        te: 'trailers',
      },
    });

    expect(seen[0]?.headers).toMatchObject({
      'x-access-token': 'of the program',
      'x-api-key': 'of the program, too',
    });
    expect(Object.keys(seen[0]?.headers ?? {})).not.toEqual(
      expect.arrayContaining([expect.stringMatching(/^(?:te|authorization|e2b-.*)$/)]),
    );
    expect([reply.headers['x-mine'], reply.headers['proxy-authenticate']]).toEqual(['1', undefined]);
  });

  test('answers 429 when a sandbox has too many connections, and envd still answers', async () => {
    let open = 0;
    await using host = await hostWithPort((_request, response) => {
      open += 1;
      response.once('close', () => (open -= 1));
    });
    const access = await createSandbox(host);
    const clients = Array.from({ length: 448 }, () => rawClient(host, `${headOf(access, 'GET')}\r\n`));
    await until('all are open', () => open === 448);

    const refused = await call(`${host.url}/`, { headers: sandboxHeaders(access, 3000) });
    const envd = await call(`${host.url}/health`, { headers: sandboxHeaders(access) });
    for (const client of clients) client[Symbol.dispose]();
    await until('all are closed', () => open === 0);
    using next = rawClient(host, `${headOf(access, 'GET')}\r\n`);
    await until('there is room again', () => open === 1);

    expect([refused.status, refused.json()]).toMatchObject([429, { sandboxId: access.sandboxID, code: 429 }]);
    expect(envd.status).toBe(204);
    next[Symbol.dispose]();
  });
});

function hostWithPort(listener: RequestListener): Promise<EmbeddedHost> {
  return openFakeHost(fakeIsolation({ ports: { 3000: listener } }));
}

function headOf({ sandboxID }: Access, method: string): string {
  return `${method} / HTTP/1.1\r\nHost: localhost\r\nE2b-Sandbox-Id: ${sandboxID}\r\nE2b-Sandbox-Port: 3000\r\n`;
}

function digest(bytes: Buffer): string {
  return createHash('sha256').update(bytes).digest('hex');
}

function serverScript(): string {
  return `
    const serve = (port, host) => require('http').createServer((request, response) => {
      if (request.url === '/echo') request.pipe(response);
      else response.end('port ' + port);
    }).listen(port, host);
    serve(3001, '127.0.0.1'); serve(3002, '::1'); serve(3003);`;
}
