import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { openProvider } from '../../../src/sandbox/open-provider.ts';

const KEY = `e2b_${'0'.repeat(40)}`;
const DOMAIN = 'iris.invalid';

describe('the domain of a self-hosted E2B', () => {
  // Without retries, of which the embedded host needs none.
  const provider = openProvider({ kind: 'embedded', apiKey: KEY, template: 'base', domain: DOMAIN });

  test.for([
    ['create', () => provider.create({ metadata: {}, timeoutMs: 1000, allowInternetAccess: false })],
    ['connect', () => provider.connect('some', 1000)],
    ['pause', () => provider.pause('some')],
    ['setTimeLeft', () => provider.setTimeLeft('some', 1000)],
    ['list', () => provider.list({})],
    ['kill', () => provider.kill('some')],
    ['describe', () => provider.describe('some')],
    ['usage', () => provider.usage('some')],
    ['logs', () => provider.logs('some', 10)],
  ] as const)('is where %s goes', async ([, call]) => {
    await expect(call()).rejects.toMatchObject({
      code: 'SANDBOX_UNAVAILABLE',
      message: expect.stringContaining(`api.${DOMAIN}`),
    });
  });

  test('is where a sandbox is reached', async () => {
    const server = createServer((_, response) => {
      response.writeHead(201, { 'content-type': 'application/json' });
      response.end(
        JSON.stringify({ sandboxID: 'abc', templateID: 'base', envdVersion: '0.6.0', domain: null }),
      );
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    try {
      const own = openProvider({
        kind: 'embedded',
        apiKey: KEY,
        template: 'base',
        domain: DOMAIN,
        apiUrl: `http://127.0.0.1:${port}`,
      });

      const { endpoint } = await own.create({ metadata: {}, timeoutMs: 1000, allowInternetAccess: false });

      expect(new URL(endpoint.url).hostname).toMatch(/\.iris\.invalid$/);
    } finally {
      server.close();
    }
  });
});
