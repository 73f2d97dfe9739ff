import { describe, expect, test } from 'vitest';
import {
  control,
  createSandbox,
  fakeIsolation,
  openFakeHost,
  sandboxHeaders,
  call,
} from '../support/host.ts';

/** What pause and resume answer over the wire, over sandboxes without processes. */
describe('control plane: pause and resume', () => {
  test('pausing twice is a conflict, and so is resuming what runs', async () => {
    await using host = await openFakeHost(fakeIsolation());
    const { sandboxID } = await createSandbox(host);
    const post = (name: string) => control(host, `/sandboxes/${sandboxID}/${name}`, { method: 'POST' });

    const replies = [
      await post('pause'),
      await post('pause'),
      await post('resume'),
      await post('resume'),
      await post('connect'),
    ];

    expect(replies.map(({ status }) => status)).toEqual([204, 409, 201, 409, 200]);
    expect(replies[1]?.json().code).toBe(409);
  });

  test.each(['{"memory":1}', '[]', '{', 'x'.repeat(2_000_000)])('refuses a body like %.12s', async (body) => {
    await using host = await openFakeHost(fakeIsolation());
    const { sandboxID } = await createSandbox(host);

    const reply = await control(host, `/sandboxes/${sandboxID}/pause`, { method: 'POST', body });

    expect(reply.status).toBe(400);
    expect((await control(host, `/sandboxes/${sandboxID}`)).json().state).toBe('running');
  });

  test('paused sandboxes have a bound of their own, and make room for others that run', async () => {
    await using host = await openFakeHost(fakeIsolation(), { maxSandboxes: 1, maxPausedSandboxes: 1 });
    const first = await createSandbox(host);
    const pause = (id: string) => control(host, `/sandboxes/${id}/pause`, { method: 'POST' });
    await pause(first.sandboxID);
    const second = await createSandbox(host);

    const pausedTooMany = await pause(second.sandboxID);
    const resumedTooMany = await control(host, `/sandboxes/${first.sandboxID}/connect`, { method: 'POST' });

    expect([pausedTooMany.status, resumedTooMany.status]).toEqual([429, 429]);
  });

  test('a paused sandbox has no settings to change and no ports', async () => {
    await using host = await openFakeHost(
      fakeIsolation({ ports: { 80: (_, response) => response.end('hi') } }),
    );
    const access = await createSandbox(host);
    const { sandboxID } = access;
    const ask = () => call(host.url, { headers: sandboxHeaders(access, 80) });
    const before = await ask();
    await control(host, `/sandboxes/${sandboxID}/pause`, { method: 'POST' });

    const after = await ask();
    const timeout = await control(host, `/sandboxes/${sandboxID}/timeout`, {
      method: 'POST',
      body: '{"timeout":5}',
    });
    const listed = await control(host, '/v2/sandboxes?state=paused');

    expect([before.status, after.status, timeout.status]).toEqual([200, 502, 404]);
    expect(after.json()).toEqual({ sandboxId: sandboxID, message: 'The sandbox was not found', code: 502 });
    expect(listed.json()).toHaveLength(1);
    expect(listed.headers['x-total-running']).toBe('0');
  });
});
