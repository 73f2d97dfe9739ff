import { randomBytes } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { expect, test } from 'vitest';
import { openHttpClient } from '../../src/sandbox/http-request.ts';
import { control, createSandbox, fakeIsolation, openFakeHost } from '../support/host.ts';

const endpointOf = (sandboxId: string) => ({ sandboxId, url: 'http://nowhere.invalid', headers: {} });

async function bytesOf(response: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of response) chunks.push(chunk);
  return Buffer.concat(chunks);
}

test('a client in the same process reaches envd without TCP and without a token', async () => {
  await using host = await openFakeHost(
    fakeIsolation({ onEnvd: (request, response) => request.pipe(response) }),
  );
  const { sandboxID } = await createSandbox(host);
  const client = openHttpClient({ wayTo: (id) => host.envdAgent(id) });
  const body = randomBytes(3_000_000);

  const response = await client.post(endpointOf(sandboxID), { path: '/files', headers: {}, body: [body] });

  expect((await bytesOf(response)).equals(body)).toBe(true);
  client.destroy();
});

test('such a client learns that a sandbox is gone, before and in the middle of an answer', async () => {
  await using host = await openFakeHost(
    fakeIsolation({ onEnvd: (_request, response) => response.write('begin') }),
  );
  const { sandboxID } = await createSandbox(host);
  const client = openHttpClient({ wayTo: (id) => host.envdAgent(id) });
  const post = { path: '/files', headers: {}, body: [] };
  const response = await client.post(endpointOf(sandboxID), post);

  await control(host, `/sandboxes/${sandboxID}`, { method: 'DELETE' });

  await expect(bytesOf(response)).rejects.toThrow();
  await expect(client.post(endpointOf(sandboxID), post)).rejects.toMatchObject({ code: 'SANDBOX_NOT_FOUND' });
  client.destroy();
});
