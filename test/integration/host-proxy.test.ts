import { createHash, randomBytes } from 'node:crypto';
import { Agent, request as httpRequest, type IncomingMessage } from 'node:http';
import { connect as connectTcp } from 'node:net';
import { describe, expect, test } from 'vitest';
import {
  call,
  createSandbox,
  fakeIsolation,
  openFakeHost,
  openStream,
  sandboxHeaders,
  until,
} from '../support/host.ts';

describe('data plane', () => {
  test('passes method, path, query, headers and body through, and nothing that is for the host', async () => {
    const seen: IncomingMessage[] = [];
    const isolation = fakeIsolation({
      onEnvd: (request, response) => {
        seen.push(request);
        request.pipe(response.writeHead(201, 'Made', { 'x-answer': '42', 'set-cookie': ['a=1', 'b=2'] }));
      },
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    const reply = await call(`${host.url}/files?path=/a%20b&x=1`, {
      method: 'POST',
      headers: {
        ...sandboxHeaders(access),
        'x-api-key': host.apiKey,
        authorization: 'Basic dXNlcjo=',
        connection: 'x-hop, close',
        'x-hop': 'secret',
      },
      body: 'ping',
    });

    expect([reply.status, reply.text, reply.headers['x-answer']]).toEqual([201, 'ping', '42']);
    expect(reply.headers['set-cookie']).toEqual(['a=1', 'b=2']);
    expect([seen[0]?.method, seen[0]?.url]).toEqual(['POST', '/files?path=/a%20b&x=1']);
    expect(Object.keys(seen[0]?.headers ?? {}).toSorted()).toEqual([
      'authorization',
      'connection',
      'content-length',
      'host',
    ]);
    expect(JSON.stringify(seen[0]?.rawHeaders)).not.toMatch(
      new RegExp(`${access.envdAccessToken}|${host.apiKey}`),
    );
  });

  test('streams a response while it is made', async () => {
    let finish = (): void => undefined;
    const isolation = fakeIsolation({
      onEnvd: (_request, response) => {
        response.write('first');
        finish = () => response.end('last');
      },
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    const reply = await fetch(`${host.url}/process.Process/Start`, {
      method: 'POST',
      headers: sandboxHeaders(access),
    });
    const reader = reply.body?.getReader();
    const first = await reader?.read();
    finish();
    const last = await reader?.read();

    expect([first?.value, last?.value].map((bytes) => Buffer.from(bytes ?? []).toString())).toEqual([
      'first',
      'last',
    ]);
  });

  test('sends the head of a stream before its first byte', async () => {
    const isolation = fakeIsolation({ onEnvd: (_request, response) => response.flushHeaders() });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    const reply = await fetch(`${host.url}/envs`, { headers: sandboxHeaders(access) });

    expect(reply.status).toBe(200);
    await reply.body?.cancel();
  });

  test('carries megabytes both ways unchanged', async () => {
    const isolation = fakeIsolation({ onEnvd: (request, response) => request.pipe(response) });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);
    const bytes = randomBytes(20_000_000);

    const reply = await fetch(`${host.url}/files`, {
      method: 'POST',
      headers: sandboxHeaders(access),
      body: bytes,
    });

    expect(Buffer.from(await reply.arrayBuffer()).equals(bytes)).toBe(true);
  });

  test('holds the sandbox back when the client does not read', async () => {
    let writtenBytes = 0;
    const isolation = fakeIsolation({
      onEnvd: (_request, response) => {
        const chunk = Buffer.alloc(65_536);
        const pump = (): void => {
          while (writtenBytes < 500_000_000 && response.write(chunk)) writtenBytes += chunk.length;
          response.once('drain', pump);
        };
        pump();
      },
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    const incoming = await openStream(host, access);
    incoming.pause();
    let before = -1;
    await until(() => {
      const isStill = writtenBytes === before;
      before = writtenBytes;
      return isStill && writtenBytes > 0;
    });

    expect(writtenBytes).toBeLessThan(30_000_000);
    incoming.destroy();
  });

  test('refuses a missing or wrong access token with 401, except for GET /health', async () => {
    await using host = await openFakeHost(fakeIsolation());
    const access = await createSandbox(host);
    const other = await createSandbox(host);
    const headers = { 'e2b-sandbox-id': access.sandboxID };
    const status = async (path: string, extra: Record<string, string> = {}) =>
      (await call(`${host.url}${path}`, { headers: { ...headers, ...extra } })).status;

    expect(await status('/envs')).toBe(401);
    expect(await status('/files?path=/a')).toBe(401);
    expect(await status('/envs', { 'x-access-token': other.envdAccessToken })).toBe(401);
    expect(await status('/health')).toBe(204);
  });

  test.each([
    '/init',
    '/freeze',
    '/',
    '//init',
    '/files/../init',
    '/process.Process/../../init',
    '/init?x',
    '/%69nit',
  ])('hides the internal route %s', async (path) => {
    let calls = 0;
    const isolation = fakeIsolation({ onEnvd: () => (calls += 1) });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);
    const { port } = new URL(host.url);

    const status = await rawStatus(Number(port), `POST ${path}`, sandboxHeaders(access));

    expect([status, calls]).toEqual([404, 0]);
  });

  test('accepts a signed file URL without any header, and strips the signature', async () => {
    const targets: string[] = [];
    const isolation = fakeIsolation({
      onEnvd: (request, response) => {
        targets.push(request.url ?? '');
        response.end('content');
      },
    });
    await using host = await openFakeHost(isolation);
    await createSandbox(host);
    const access = await createSandbox(host);
    const expiration = Math.floor(Date.now() / 1000) + 60;
    const sign = (operation: string, end: string) =>
      signatureOf(`/home/user/a:${operation}::${access.envdAccessToken}${end}`);
    const url = (signature: string, rest = '') =>
      `${host.url}/files?path=/home/user/a&signature=${encodeURIComponent(signature)}${rest}`;

    const good = await call(url(sign('read', `:${expiration}`), `&signature_expiration=${expiration}`));
    const forever = await call(url(sign('write', '')), { method: 'POST' });
    const wrongOperation = await call(url(sign('write', '')));
    const expired = await call(url(sign('read', ':1000'), '&signature_expiration=1000'));
    const changed = await call(
      url(sign('read', `:${expiration}`), `&signature_expiration=${expiration + 1}`),
    );

    expect([good.status, forever.status]).toEqual([200, 200]);
    expect([wrongOperation.status, expired.status, changed.status]).toEqual([401, 401, 401]);
    expect(targets).toEqual(['/files?path=%2Fhome%2Fuser%2Fa', '/files?path=%2Fhome%2Fuser%2Fa']);
  });

  test('reaches a user program by header and by name, without a token', async () => {
    const isolation = fakeIsolation({
      ports: { 3000: (request, response) => response.end(`hei ${request.url}`) },
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    const byHeader = await call(`${host.url}/init`, {
      headers: { 'e2b-sandbox-id': access.sandboxID, 'e2b-sandbox-port': '3000' },
    });
    const byName = await call(`${host.url}/x`, {
      headers: { host: `3000-${access.sandboxID}.${access.domain}` },
    });

    expect([byHeader.text, byName.text]).toEqual(['hei /init', 'hei /x']);
  });

  test('names a closed port, an unknown sandbox and a bad port', async () => {
    await using host = await openFakeHost(fakeIsolation());
    const access = await createSandbox(host);
    const ask = (headers: Record<string, string>) => call(`${host.url}/`, { headers });

    const closed = await ask(sandboxHeaders(access, 3000));
    const unknown = await ask({ 'e2b-sandbox-id': 'inope' });
    const malformed = await ask({ 'e2b-sandbox-id': access.sandboxID, 'e2b-sandbox-port': '70000' });

    expect([closed.status, closed.json()]).toEqual([
      502,
      {
        sandboxId: access.sandboxID,
        message: 'The sandbox is running but port is not open',
        port: 3000,
        code: 502,
      },
    ]);
    expect([unknown.status, unknown.json()]).toEqual([
      502,
      { sandboxId: 'inope', message: 'The sandbox was not found', code: 502 },
    ]);
    expect(malformed.status).toBe(400);
  });

  test('keeps one channel to envd for request after request', async () => {
    const sockets = new Set<unknown>();
    const isolation = fakeIsolation({
      onEnvd: (request, response) => {
        sockets.add(request.socket);
        request.resume().on('end', () => response.end('{}'));
      },
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    for (let count = 0; count < 20; count += 1) {
      const body = Buffer.alloc(count * 10_000);
      const reply = await call(`${host.url}/files`, {
        method: 'POST',
        headers: sandboxHeaders(access),
        body,
      });
      expect(reply.status).toBe(200);
    }

    expect(sockets.size).toBe(1);
  });

  test('serves the next request on a connection whose upload was answered early', async () => {
    const isolation = fakeIsolation({
      onEnvd: (request, response) => {
        if (request.method === 'POST') response.writeHead(413).end('too long');
        else response.end('{}');
      },
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const headers = sandboxHeaders(access);

    const first = await askWith(agent, `${host.url}/files`, {
      method: 'POST',
      headers,
      body: Buffer.alloc(3_000_000),
    });
    const second = await askWith(agent, `${host.url}/envs`, { method: 'GET', headers });

    expect([first, second]).toEqual([413, 200]);
    agent.destroy();
  });

  test('takes the whole of an upload that was answered early, however slowly the sandbox reads it', async () => {
    let received = 0;
    const isolation = fakeIsolation({
      onEnvd: (request, response) => {
        response.end('early');
        // The answer is over long before the next piece is wanted.
        request.on('data', (chunk: Buffer) => {
          received += chunk.length;
          request.pause();
          setTimeout(() => request.resume(), 2);
        });
      },
    });
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    const outgoing = httpRequest(`${host.url}/files`, { method: 'POST', headers: sandboxHeaders(access) });
    outgoing.on('error', () => undefined);
    outgoing.on('response', (incoming) => incoming.resume());
    for (let piece = 0; piece < 50; piece += 1) outgoing.write(Buffer.alloc(100_000));

    await until(() => received === 5_000_000, 'the whole upload');
    outgoing.destroy();
  });
});

function signatureOf(text: string): string {
  return `v1_${createHash('sha256').update(text).digest('base64').replace(/=+$/, '')}`;
}

/** Sends a request line as it stands, for fetch and http.request would tidy it. */
function rawStatus(port: number, line: string, headers: Record<string, string>): Promise<number> {
  return new Promise((resolve, reject) => {
    const head = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    const socket = connectTcp(port, '127.0.0.1', () => {
      socket.write(`${line} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n${head.join('')}\r\n`);
    });
    socket.on('error', reject);
    socket.once('data', (chunk) => {
      socket.destroy();
      resolve(Number(chunk.toString().split(' ')[1]));
    });
  });
}

interface Ask {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: Buffer;
}

function askWith(agent: Agent, url: string, { method, headers, body }: Ask): Promise<number> {
  return new Promise((resolve, reject) => {
    httpRequest(url, { method, headers, agent }, (incoming) => {
      incoming.resume().on('end', () => resolve(incoming.statusCode ?? 0));
    })
      .on('error', reject)
      .end(body);
  });
}
