import { randomBytes } from 'node:crypto';
import { Agent, request as httpRequest } from 'node:http';
import type { Duplex } from 'node:stream';
import { expect, test } from 'vitest';
import {
  control,
  createSandbox,
  fakeIsolation,
  openFakeHost,
  sandboxHeaders,
  until,
} from '../support/host.ts';

test('serves a connection that does not leave the process', async () => {
  const isolation = fakeIsolation({ onEnvd: (request, response) => request.pipe(response) });
  await using host = await openFakeHost(isolation);
  const access = await createSandbox(host);
  const bytes = randomBytes(3_000_000);

  const reply = await askThrough(host.connect(), {
    path: '/files',
    headers: sandboxHeaders(access),
    body: bytes,
  });

  expect(reply.equals(bytes)).toBe(true);
});

test('an http.Agent keeps such a connection for request after request', async () => {
  const isolation = fakeIsolation({ onEnvd: (request, response) => request.pipe(response) });
  await using host = await openFakeHost(isolation);
  const access = await createSandbox(host);
  let connections = 0;
  const agent = new Agent({ keepAlive: true });
  agent.createConnection = () => {
    connections += 1;
    return host.connect();
  };

  for (let count = 0; count < 15; count += 1) {
    const reply = await askThrough(agent, {
      path: '/files',
      headers: sandboxHeaders(access),
      body: String(count),
    });
    expect(reply.toString()).toBe(String(count));
  }

  expect(connections).toBe(1);
  agent.destroy();
});

test('resets a connection that does not leave the process, too', async () => {
  const isolation = fakeIsolation({ onEnvd: (_request, response) => response.write('begin') });
  await using host = await openFakeHost(isolation);
  const access = await createSandbox(host);
  const answer = askThrough(host.connect(), { path: '/files', headers: sandboxHeaders(access), body: '' });
  answer.catch(() => undefined);
  await until(() => isolation.launched.length === 1);

  await control(host, `/sandboxes/${access.sandboxID}`, { method: 'DELETE' });

  await expect(answer).rejects.toThrow();
});

interface AskThrough {
  readonly path: string;
  readonly headers: Record<string, string>;
  readonly body: Buffer | string;
}

function askThrough(connection: Duplex | Agent, { path, headers, body }: AskThrough): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const way = connection instanceof Agent ? { agent: connection } : { createConnection: () => connection };
    httpRequest({ ...way, method: 'POST', path, headers }, (incoming) => {
      const chunks: Buffer[] = [];
      incoming.on('error', reject);
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => resolve(Buffer.concat(chunks)));
    })
      .on('error', reject)
      .end(body);
  });
}
