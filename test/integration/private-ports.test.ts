import { expect, test } from 'vitest';
import { openProvider } from '../../src/sandbox/open-provider.ts';
import { call, fakeIsolation, openFakeHost } from '../support/host.ts';
import { openStandInCloud } from '../support/stand-in-cloud.ts';

test('a sandbox that iris makes has no public ports, and iris reaches it all the same', async () => {
  const isolation = fakeIsolation({ ports: { 3000: (_request, response) => response.end('hei') } });
  await using host = await openFakeHost(isolation);
  await using cloud = await openStandInCloud(host);
  const { E2B_API_KEY: apiKey, E2B_API_URL: apiUrl, E2B_SANDBOX_URL: sandboxUrl } = cloud.env;
  const provider = openProvider({ kind: 'e2b', apiKey, apiUrl, sandboxUrl, template: 'base' });

  const made = await provider.create({ metadata: {}, timeoutMs: 60_000, allowInternetAccess: false });
  const again = await provider.connect(made.id, 60_000);
  const port = await call(host.url, { headers: { 'e2b-sandbox-id': made.id, 'e2b-sandbox-port': '3000' } });
  const envd = await call(`${host.url}/health`, { headers: { ...again.endpoint.headers } });

  expect(cloud.creations).toMatchObject([
    { allow_internet_access: false, network: { allowPublicTraffic: false } },
  ]);
  expect(port.status).toBe(403);
  expect(envd.status).toBe(204);
  // Port 49983 has a token of its own; this one would only lie about.
  expect(made.endpoint.headers).not.toHaveProperty('e2b-traffic-access-token');
});
