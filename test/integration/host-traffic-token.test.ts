import { E2B } from '@e2b/code-interpreter';
import type { IncomingMessage } from 'node:http';
import { describe, expect, test } from 'vitest';
import {
  call,
  control,
  createSandbox,
  fakeIsolation,
  openFakeHost,
  sandboxHeaders,
} from '../support/host.ts';
import { rawClient, upgradeHead } from '../support/raw-client.ts';

function isolationWithPort(seen: IncomingMessage[] = []) {
  return fakeIsolation({
    ports: {
      3000: (request, response) => {
        seen.push(request);
        response.end('hei');
      },
    },
  });
}

describe('a sandbox without public traffic', () => {
  test('opens the ports of its programs to holders of its traffic token only', async () => {
    const seen: IncomingMessage[] = [];
    await using host = await openFakeHost(isolationWithPort(seen));
    const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
    const sandbox = await e2b.Sandbox.create({ network: { allowPublicTraffic: false } });
    const again = await e2b.Sandbox.connect(sandbox.sandboxId);
    const token = sandbox.trafficAccessToken ?? '';
    const headers = { 'e2b-sandbox-id': sandbox.sandboxId, 'e2b-sandbox-port': '3000' };
    const ask = (extra: Record<string, string> = {}) =>
      call(`${host.url}/`, { headers: { ...headers, ...extra } });

    const missing = await ask();
    const wrong = await ask({ 'e2b-traffic-access-token': `${token}x` });
    const right = await ask({ 'E2B-Traffic-Access-Token': token });
    const byName = await call(`${host.url}/`, { headers: { host: sandbox.getHost(3000) } });
    using upgrade = rawClient(host, upgradeHead({ sandboxID: sandbox.sandboxId }));
    await upgrade.expect(/^HTTP\/1\.1 403 /);

    expect(token).toMatch(/^[0-9a-f]{64}$/);
    expect(again.trafficAccessToken).toBe(token);
    expect([missing.status, wrong.status, byName.status, right.text]).toEqual([403, 403, 403, 'hei']);
    expect(missing.json()).toMatchObject({ sandboxId: sandbox.sandboxId, code: 403 });
    expect(seen).toHaveLength(1);
    expect(JSON.stringify(seen[0]?.rawHeaders)).not.toContain(token);
  });

  test('still asks for the access token at envd, and no other token will do', async () => {
    await using host = await openFakeHost(isolationWithPort());
    const first = await createSandbox(host, { network: { allowPublicTraffic: false } });
    const other = await createSandbox(host, { network: { allowPublicTraffic: false } });
    const tokenOf = (access: object): string =>
      'trafficAccessToken' in access ? String(access.trafficAccessToken) : '';
    const status = async (port: number, token: string) =>
      (
        await call(`${host.url}/envs`, {
          headers: {
            'e2b-sandbox-id': first.sandboxID,
            'e2b-sandbox-port': String(port),
            'e2b-traffic-access-token': token,
          },
        })
      ).status;

    expect(await status(49_983, tokenOf(first))).toBe(401);
    expect(await status(3000, tokenOf(other))).toBe(403);
  });
});

test('a sandbox with public traffic has no traffic token', async () => {
  await using host = await openFakeHost(isolationWithPort());

  expect(await createSandbox(host)).not.toHaveProperty('trafficAccessToken');
  expect(await createSandbox(host, { network: { allowPublicTraffic: true } })).not.toHaveProperty(
    'trafficAccessToken',
  );
});

test('programs see the Host that the sandbox was created with', async () => {
  const seen: IncomingMessage[] = [];
  await using host = await openFakeHost(isolationWithPort(seen));
  const access = await createSandbox(host, { network: { maskRequestHost: 'localhost:${PORT}' } });

  await call(`${host.url}/`, { headers: sandboxHeaders(access, 3000) });

  expect(seen[0]?.rawHeaders.filter((field) => /^host$|^localhost/i.test(field))).toEqual([
    'Host',
    'localhost:3000',
  ]);
});

test.each(['a\r\nX-Evil: 1', 'a b', '', '${HOST}', 'a/b', 'x'.repeat(300), 7])(
  'a Host of %j is refused',
  async (maskRequestHost) => {
    await using host = await openFakeHost(isolationWithPort());

    const reply = await control(host, '/v2/sandboxes', {
      method: 'POST',
      body: JSON.stringify({ templateID: 'base', network: { maskRequestHost } }),
    });

    expect(reply.status).toBe(400);
  },
);

describe('the control plane', () => {
  test('answers under its own names only, so that no web page can take them over', async () => {
    await using host = await openFakeHost(isolationWithPort());
    const { port } = new URL(host.url);
    const status = async (name: string) =>
      (await control(host, '/v2/sandboxes', { headers: { host: name } })).status;

    expect(await status(`localhost:${port}`)).toBe(200);
    expect(await status(`[::1]:${port}`)).toBe(200);
    expect(await status(`evil.example:${port}`)).toBe(403);
    expect(await status(`127.0.0.1.evil.example:${port}`)).toBe(403);
  });

  test('gives a web page nothing: no answer to a preflight, no leave to read', async () => {
    await using host = await openFakeHost(isolationWithPort());
    const origin = 'https://evil.example';

    const preflight = await call(`${host.url}/v2/sandboxes`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'x-api-key',
      },
    });
    const simple = await call(`${host.url}/v2/sandboxes`, {
      method: 'POST',
      headers: { origin, 'content-type': 'text/plain' },
      body: '{"templateID":"base"}',
    });

    expect([preflight.status, simple.status, host.liveCount]).toEqual([401, 401, 0]);
    for (const { headers } of [preflight, simple])
      expect(Object.keys(headers).filter((name) => name.startsWith('access-control'))).toEqual([]);
  });
});
