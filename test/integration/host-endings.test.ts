import { request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import {
  call,
  control,
  createSandbox,
  fakeIsolation,
  openFakeHost,
  openStream,
  sandboxHeaders,
  until,
} from '../support/host.ts';

test('resets the connection of a client whose sandbox is killed in mid-stream', async () => {
  const isolation = fakeIsolation({ onEnvd: (_request, response) => response.write('begin') });
  await using host = await openFakeHost(isolation);
  const access = await createSandbox(host);
  const incoming = await openStream(host, access);
  const broken = new Promise<Error>((resolve) => incoming.on('error', resolve));
  incoming.resume();

  await control(host, `/sandboxes/${access.sandboxID}`, { method: 'DELETE' });

  expect(await broken).toMatchObject({ code: 'ECONNRESET' });
  expect(incoming.complete).toBe(false);
});

test('answers 502 to a request that waits when its sandbox is killed', async () => {
  let isAsked = false;
  const isolation = fakeIsolation({ onEnvd: () => (isAsked = true) });
  await using host = await openFakeHost(isolation);
  const access = await createSandbox(host);
  const waiting = call(`${host.url}/envs`, { headers: sandboxHeaders(access) });
  await until(() => isAsked);

  isolation.launched[0]?.crash();

  expect((await waiting).json()).toMatchObject({ message: 'The sandbox was not found', code: 502 });
});

test('drops the channel when the client leaves', async () => {
  let isClosed = false;
  const isolation = fakeIsolation({
    onEnvd: (request, response) => {
      response.write('begin');
      request.socket.on('close', () => (isClosed = true));
    },
  });
  await using host = await openFakeHost(isolation);
  const access = await createSandbox(host);

  (await openStream(host, access)).destroy();

  await until(() => isClosed);
  expect(host.liveCount).toBe(1);
});

test('drops the channel when the client leaves in the middle of an upload', async () => {
  let isClosed = false;
  let receivedBytes = 0;
  const isolation = fakeIsolation({
    onEnvd: (request) => {
      request.on('data', (chunk: Buffer) => (receivedBytes += chunk.length));
      request.on('error', () => undefined);
      request.socket.on('close', () => (isClosed = true));
    },
  });
  await using host = await openFakeHost(isolation);
  const access = await createSandbox(host);
  const upload = httpRequest(`${host.url}/files`, {
    method: 'POST',
    headers: sandboxHeaders(access),
    agent: false,
  });
  upload.on('error', () => undefined);
  upload.write(Buffer.alloc(100_000));
  await until(() => receivedBytes === 100_000);

  upload.destroy();

  await until(() => isClosed);
});

test('the time of a sandbox begins when it can be used, however long its start takes', async () => {
  const isolation = fakeIsolation({
    onGreeting: (_request, response) => {
      setTimeout(() => response.writeHead(204).end(), 150);
    },
  });
  await using host = await openFakeHost(isolation);

  const { sandboxID } = await createSandbox(host, { timeout: 0.1 });
  await createSandbox(host, { timeout: 0 });

  expect(sandboxID).toMatch(/^i/);
  await until(() => isolation.launched.length === 2 && isolation.launched.every((each) => each.isKilled()));
});
