import { E2B } from '@e2b/code-interpreter';
import { describe, expect, test } from 'vitest';
import { control, createSandbox, fakeIsolation, openFakeHost, until } from '../support/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { until as poll } from '../support/until.ts';

describe('logs and metrics of the host', () => {
  test('logs tell what happened to a sandbox, also after its time ran out', async () => {
    await using host = await openFakeHost(fakeIsolation());
    const { sandboxID } = await createSandbox(host, { timeout: 0.05 });
    await until(() => host.liveCount === 0);

    const v1 = (await control(host, `/sandboxes/${sandboxID}/logs`)).json();
    const v2 = (await control(host, `/v2/sandboxes/${sandboxID}/logs?direction=backward&level=warn`)).json();

    expect(v1.logEntries[0]).toMatchObject({
      level: 'info',
      message: 'Sandbox created',
      timestamp: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
    });
    expect(JSON.parse(v1.logs[0].line)).toMatchObject({
      level: 'info',
      logger: 'iris',
      event: 'sandbox.created',
    });
    expect(v2.logs.map(({ message }: { message: string }) => message)).toEqual([
      'Sandbox reached its time limit',
    ]);
  });

  test.each(['limit=-1', 'limit=x', 'cursor=1e99', 'direction=up', 'level=loud'])(
    'v2 logs refuse ?%s',
    async (query) => {
      await using host = await openFakeHost(fakeIsolation());
      const { sandboxID } = await createSandbox(host);

      expect((await control(host, `/v2/sandboxes/${sandboxID}/logs?${query}`)).status).toBe(400);
    },
  );

  test('an unknown sandbox has no logs', async () => {
    await using host = await openFakeHost(fakeIsolation());

    expect((await control(host, '/sandboxes/inone/logs')).json()).toMatchObject({ code: 404 });
    expect((await control(host, '/v2/sandboxes/%2e%2e%2f/logs')).status).toBe(404);
    expect((await control(host, '/v2/sandboxes/%zz/logs')).status).toBe(400);
  });

  test('metrics of many sandboxes come by id, without those that are gone', async () => {
    await using host = await openFakeHost(fakeIsolation());
    const [first, second] = [await createSandbox(host), await createSandbox(host)];

    const ids = `${first.sandboxID},${second.sandboxID},inone`;
    const { sandboxes } = (await control(host, `/sandboxes/metrics?sandbox_ids=${ids}`)).json();

    expect(Object.keys(sandboxes).toSorted()).toEqual([first.sandboxID, second.sandboxID].toSorted());
    expect(sandboxes[first.sandboxID]).toMatchObject({ memUsed: 7 * 1024 * 1024 });
    expect((await control(host, '/sandboxes/metrics')).status).toBe(400);
  });

  test('metrics of an interval leave other samples out', async () => {
    await using host = await openFakeHost(fakeIsolation());
    const { sandboxID } = await createSandbox(host);
    const nowS = Math.floor(Date.now() / 1000);

    const ask = async (query: string): Promise<unknown[]> =>
      (await control(host, `/sandboxes/${sandboxID}/metrics?${query}`)).json();

    expect((await ask(`start=${nowS}`)).length).toBe(1);
    expect(await ask(`start=${nowS - 60}&end=${nowS - 30}`)).toEqual([]);
    expect((await control(host, `/sandboxes/${sandboxID}/metrics?start=9&end=8`)).status).toBe(400);
  });

  test('a paused sandbox has its metrics from before, and its logs tell of the pause', async () => {
    await using host = await openFakeHost(fakeIsolation());
    const { sandboxID } = await createSandbox(host);
    const path = `/sandboxes/${sandboxID}`;
    await control(host, `${path}/metrics`);
    const other = await createSandbox(host);

    await control(host, `${path}/pause`, { method: 'POST' });
    await control(host, `/sandboxes/${other.sandboxID}/pause`, { method: 'POST' });
    const kept = await control(host, `${path}/metrics`);
    const none = await control(host, `/sandboxes/${other.sandboxID}/metrics`);
    await control(host, `${path}/connect`, { method: 'POST', body: '{"timeout":60}' });
    const { logs } = (await control(host, `/v2${path}/logs`)).json();

    expect([kept.status, kept.json()]).toEqual([
      200,
      [expect.objectContaining({ memUsed: 7 * 1024 * 1024 })],
    ]);
    expect([none.status, none.json()]).toEqual([200, []]);
    expect(logs.map(({ message }: { message: string }) => message)).toEqual([
      'Sandbox created',
      'Sandbox paused',
      'Sandbox resumed',
    ]);
    expect((await control(host, '/sandboxes/inone/metrics')).status).toBe(404);
  });
});

test('logs tell which processes started and how they ended, never with what environment', async () => {
  const said: string[] = [];
  await using host = await openRealHost({ logger: (event) => void said.push(event) });
  const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
  const sandbox = await e2b.Sandbox.create({ envs: { GLOBAL_WORD: 'hidden-one' } });
  await sandbox.commands.run('exit 3', { envs: { WORD: 'hidden-two' } }).catch(() => undefined);
  await sandbox.commands.run(`true ${'x'.repeat(5000)}`, { user: 'root' });
  const read = async (): Promise<{ message: string; fields: Record<string, string> }[]> =>
    (await control(host, `/v2/sandboxes/${sandbox.sandboxId}/logs?search=Process`)).json().logs;

  const logs = await poll('four lines', async () => {
    const lines = await read();
    return lines.length === 4 && lines;
  });

  const pid = logs[0]?.fields['pid'];
  expect(logs).toMatchObject([
    { message: 'Process started', fields: { pid, user: 'user', command: expect.stringMatching(/exit 3$/) } },
    { message: 'Process ended', fields: { pid, exitCode: '3', status: 'exit status 3' } },
    { message: 'Process started', fields: { user: 'root' } },
    { message: 'Process ended', fields: { exitCode: '0' } },
  ]);
  expect(logs[2]?.fields['command']?.length).toBe(300);
  expect(JSON.stringify(logs)).not.toContain('hidden');
  expect(said.filter((event) => event.includes('process'))).toEqual([]);
  await sandbox.kill();
});
