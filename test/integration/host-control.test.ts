import { describe, expect, test } from 'vitest';
import { IrisError } from '../../src/core/errors.ts';
import {
  call,
  control,
  createSandbox,
  fakeIsolation,
  openFakeHost,
  sandboxHeaders,
  until,
} from '../support/host.ts';

describe('control plane', () => {
  test('refuses a wrong and a missing API key with 401', async () => {
    await using host = await openFakeHost(fakeIsolation());

    const wrong = await call(`${host.url}/v2/sandboxes`, { headers: { 'x-api-key': 'e2b_wrong' } });
    const missing = await call(`${host.url}/v2/sandboxes`);

    expect([wrong.status, wrong.json().code]).toEqual([401, 401]);
    expect(missing.status).toBe(401);
    expect(host.apiKey).toMatch(/^e2b_[0-9a-f]{40}$/);
  });

  test('answers GET /health without a key', async () => {
    await using host = await openFakeHost(fakeIsolation());

    expect((await call(`${host.url}/health`)).status).toBe(200);
  });

  test.each(['/v2/sandboxes', '/sandboxes'])('POST %s gives access to a new sandbox', async (path) => {
    await using host = await openFakeHost(fakeIsolation());

    const reply = await control(host, path, {
      method: 'POST',
      body: '{"templateID":"base","future":{"x":1}}',
    });

    expect(reply.status).toBe(201);
    expect(reply.json()).toMatchObject({
      sandboxID: expect.stringMatching(/^i[a-z2-7]{19}$/),
      templateID: 'base',
      envdVersion: '0.6.13',
      envdAccessToken: expect.stringMatching(/^[0-9a-f]{64}$/),
      domain: `localhost:${new URL(host.url).port}`,
    });
    expect(host.facts(reply.json().sandboxID)).toMatchObject({ isolation: 'none', pid: 4242 });
    expect(host.liveCount).toBe(1);
  });

  test.each([
    ['network.rules', { network: { rules: { 'example.com': [{}] } } }],
    ['ALL_TRAFFIC', { network: { allowOut: ['example.com'] } }],
    ['volume mount path', { volumeMounts: [{ name: 'v', path: '/etc/v' }] }],
    ['mcp', { mcp: { github: {} } }],
    ['autoPauseMemory', { autoPause: true, autoPauseMemory: false, autoResume: { enabled: true } }],
    ['timeout', { timeout: -1 }],
    ['envVars.N', { envVars: { N: 1 } }],
  ])('create refuses %s by name instead of ignoring it', async (name, body) => {
    await using host = await openFakeHost(fakeIsolation());

    const reply = await control(host, '/v2/sandboxes', {
      method: 'POST',
      body: JSON.stringify({ templateID: 'base', ...body }),
    });

    expect(reply.status).toBe(400);
    expect(reply.json().message).toContain(name);
    expect(host.liveCount).toBe(0);
  });

  test.each([
    { allow_internet_access: false },
    { network: {}, mcp: null, volumeMounts: [], autoPause: false, autoResume: { enabled: false } },
    { network: { denyOut: ['0.0.0.0/0'], allowOut: [] } },
  ])('create accepts what asks for nothing special: %j', async (body) => {
    await using host = await openFakeHost(fakeIsolation());

    await expect(createSandbox(host, body)).resolves.toBeDefined();
  });

  test('create refuses a body that is no JSON, and one over 1 MiB', async () => {
    await using host = await openFakeHost(fakeIsolation());

    const broken = await control(host, '/v2/sandboxes', { method: 'POST', body: '{' });
    const long = await control(host, '/v2/sandboxes', { method: 'POST', body: Buffer.alloc(3_000_000, 32) });

    expect([broken.status, long.status]).toEqual([400, 400]);
    expect(long.json().message).toContain('1048576');
  });

  test('create hands environment variables to the agent before it answers', async () => {
    const bodies: string[] = [];
    const isolation = fakeIsolation({
      onGreeting: (request, response) => {
        let body = '';
        request.on('data', (chunk: Buffer) => (body += chunk.toString()));
        request.on('end', () => {
          if (request.url === '/init') bodies.push(body);
          response.writeHead(204).end();
        });
      },
    });
    await using host = await openFakeHost(isolation);

    const access = await createSandbox(host, { envVars: { GREETING: 'hei' } });

    expect(JSON.parse(bodies[0] ?? '').envVars).toEqual({
      E2B_SANDBOX: 'true',
      E2B_SANDBOX_ID: access.sandboxID,
      E2B_TEMPLATE_ID: 'base',
      GREETING: 'hei',
    });
  });

  test('create answers 503 with the stderr of an agent that does not start, and leaves nothing behind', async () => {
    const isolation = fakeIsolation({
      onGreeting: () => isolation.launched[0]?.crash(),
      stderrTail: 'agent: cannot bind\n',
    });
    await using host = await openFakeHost(isolation);

    const reply = await control(host, '/v2/sandboxes', { method: 'POST', body: '{"templateID":"base"}' });

    expect(reply.status).toBe(503);
    expect(reply.json().message).toContain('agent: cannot bind');
    expect(isolation.launched[0]?.isKilled()).toBe(true);
    expect(host.liveCount).toBe(0);
  });

  test('create names the memory limit when it is too low for Node to start', async () => {
    const isolation = fakeIsolation({
      onGreeting: () => isolation.launched[0]?.crash(),
      stderrTail: '#\n# Fatal process out of memory: Failed to reserve virtual memory for CodeRange\n#\n',
    });
    await using host = await openFakeHost(isolation);

    const reply = await control(host, '/v2/sandboxes', { method: 'POST', body: '{"templateID":"base"}' });

    expect(reply.json().message).toMatch(/^The sandbox did not start: with 1024MB .*raise limits\.memory$/);
  });

  test('create passes on why there is no isolation, and asks again the next time', async () => {
    let asked = 0;
    const choose = () => {
      asked += 1;
      if (asked > 1) return Promise.resolve(fakeIsolation());
      return Promise.reject(new IrisError('ISOLATION_UNAVAILABLE', 'No bubblewrap here'));
    };
    await using host = await openFakeHost(choose);

    const first = await control(host, '/sandboxes', { method: 'POST', body: '{"templateID":"base"}' });

    expect([first.status, first.json().message]).toEqual([503, 'No bubblewrap here']);
    await expect(createSandbox(host)).resolves.toBeDefined();
  });

  test('create answers 429 with Retry-After when too many sandboxes live', async () => {
    await using host = await openFakeHost(fakeIsolation(), { maxSandboxes: 2 });
    await Promise.all([createSandbox(host), createSandbox(host)]);

    const reply = await control(host, '/v2/sandboxes', { method: 'POST', body: '{"templateID":"base"}' });

    expect([reply.status, reply.json().code, reply.headers['retry-after']]).toEqual([429, 429, '1']);
  });

  test('create gives up what it starts when the client leaves', async () => {
    let isLaunching = false;
    const isolation = fakeIsolation({ onGreeting: () => (isLaunching = true) });
    await using host = await openFakeHost(isolation);

    const abort = new AbortController();
    const creation = fetch(`${host.url}/v2/sandboxes`, {
      method: 'POST',
      headers: { 'x-api-key': host.apiKey },
      body: '{"templateID":"base"}',
      signal: abort.signal,
    });
    creation.catch(() => undefined);
    await until(() => isLaunching);
    abort.abort();

    await until(() => isolation.launched[0]?.isKilled() ?? false);
    expect(host.liveCount).toBe(0);
  });

  test('info tells metadata, limits and times', async () => {
    await using host = await openFakeHost(fakeIsolation());
    const { sandboxID } = await createSandbox(host, { metadata: { project: 'a' }, timeout: 100 });

    const info = (await control(host, `/sandboxes/${sandboxID}`)).json();

    expect(info).toMatchObject({ sandboxID, state: 'running', metadata: { project: 'a' }, memoryMB: 1024 });
    expect(Date.parse(info.endAt) - Date.parse(info.startedAt)).toBe(100_000);
  });

  test.each([
    ['GET', ''],
    ['DELETE', ''],
    ['POST', '/connect'],
    ['POST', '/timeout'],
    ['GET', '/metrics'],
  ])('%s of an unknown sandbox%s answers 404 with the code in the body', async (method, rest) => {
    await using host = await openFakeHost(fakeIsolation());

    const reply = await control(host, `/sandboxes/inope${rest}`, { method });

    expect([reply.status, reply.json().code]).toEqual([404, 404]);
  });

  test('answers unknown calls with 404, and builds of templates with 501', async () => {
    await using host = await openFakeHost(fakeIsolation());

    expect((await control(host, '/nothing')).status).toBe(404);
    expect((await control(host, '/v3/templates', { method: 'POST' })).status).toBe(501);
    expect((await control(host, '/templates/tags', { method: 'DELETE' })).status).toBe(501);
  });

  test('kill answers 204 once, then 404', async () => {
    const isolation = fakeIsolation();
    await using host = await openFakeHost(isolation);
    const { sandboxID } = await createSandbox(host);

    const first = await control(host, `/sandboxes/${sandboxID}`, { method: 'DELETE' });
    const second = await control(host, `/sandboxes/${sandboxID}`, { method: 'DELETE' });

    expect([first.status, second.status]).toEqual([204, 404]);
    expect(isolation.launched[0]?.isKilled()).toBe(true);
    expect(host.facts(sandboxID)).toBeUndefined();
  });

  test('connect lengthens a life and never shortens it', async () => {
    await using host = await openFakeHost(fakeIsolation());
    const { sandboxID, envdAccessToken } = await createSandbox(host, { timeout: 100 });
    const endAt = async () => Date.parse((await control(host, `/sandboxes/${sandboxID}`)).json().endAt);
    const before = await endAt();

    const short = await control(host, `/v2/sandboxes/${sandboxID}/connect`, {
      method: 'POST',
      body: '{"timeout":5}',
    });
    const afterShort = await endAt();
    await control(host, `/sandboxes/${sandboxID}/connect`, { method: 'POST', body: '{"timeout":500}' });

    expect([short.status, short.json().envdAccessToken]).toEqual([200, envdAccessToken]);
    expect(afterShort).toBe(before);
    expect(await endAt()).toBeGreaterThanOrEqual(before + 399_000);
  });

  test('timeout 0 ends the sandbox at once', async () => {
    const isolation = fakeIsolation();
    await using host = await openFakeHost(isolation);
    const { sandboxID } = await createSandbox(host);

    const reply = await control(host, `/sandboxes/${sandboxID}/timeout`, {
      method: 'POST',
      body: '{"timeout":0}',
    });

    expect(reply.status).toBe(204);
    await until(() => host.liveCount === 0);
    expect(isolation.launched[0]?.isKilled()).toBe(true);
  });

  test('a sandbox whose agent dies is gone from every list', async () => {
    const isolation = fakeIsolation();
    await using host = await openFakeHost(isolation);
    const access = await createSandbox(host);

    isolation.launched[0]?.crash();

    await until(() => host.liveCount === 0);
    expect((await control(host, '/v2/sandboxes')).json()).toEqual([]);
    const health = await call(`${host.url}/health`, { headers: sandboxHeaders(access) });
    expect([health.status, health.json()]).toEqual([
      502,
      { sandboxId: access.sandboxID, message: 'The sandbox was not found', code: 502 },
    ]);
  });

  test('metrics report the memory that the host measures', async () => {
    const isolation = fakeIsolation({
      onEnvd: (_request, response) => response.end('{"cpu_used_pct":12.5,"mem_used":1,"disk_used":3}'),
    });
    await using host = await openFakeHost(isolation);
    const { sandboxID } = await createSandbox(host);

    const [sample] = (await control(host, `/sandboxes/${sandboxID}/metrics`)).json();

    expect(sample).toMatchObject({ memUsed: 7 * 1024 * 1024, cpuUsedPct: 12.5, diskUsed: 3 });
  });

  test('metrics of an agent that talks nonsense still answer', async () => {
    const isolation = fakeIsolation({
      onEnvd: (_request, response) => response.end('{"cpu_used_pct":"lots"'),
    });
    await using host = await openFakeHost(isolation);
    const { sandboxID } = await createSandbox(host);

    const [sample] = (await control(host, `/sandboxes/${sandboxID}/metrics`)).json();

    expect(sample).toMatchObject({ memUsed: 7 * 1024 * 1024, cpuUsedPct: 0 });
  });

  test('list pages newest first and counts all', async () => {
    await using host = await openFakeHost(fakeIsolation());
    const ids: string[] = [];
    for (let count = 0; count < 5; count += 1) ids.unshift((await createSandbox(host)).sandboxID);

    const first = await control(host, '/v2/sandboxes?limit=3');
    const token = String(first.headers['x-next-token']);
    const second = await control(host, `/v2/sandboxes?limit=3&nextToken=${token}`);

    const listed = [...first.json(), ...second.json()].map((item: { sandboxID: string }) => item.sandboxID);
    expect(listed.toSorted()).toEqual(ids.toSorted());
    expect(first.headers['x-total-running']).toBe('5');
    expect(second.headers['x-next-token']).toBeUndefined();
    expect((await control(host, '/v2/sandboxes?nextToken=zzz')).status).toBe(400);
  });

  test('list filters by metadata, state and template', async () => {
    await using host = await openFakeHost(fakeIsolation());
    const { sandboxID } = await createSandbox(host, { metadata: { 'a b': 'x&y' } });
    await createSandbox(host, { metadata: { 'a b': 'other' }, templateID: 'else' });
    const list = async (query: string) =>
      (await control(host, `/v2/sandboxes?${query}`))
        .json()
        .map((item: { sandboxID: string }) => item.sandboxID);

    expect(await list('metadata=a%252520b%3Dx%252526y')).toEqual([sandboxID]);
    expect(await list('template=base')).toEqual([sandboxID]);
    expect(await list('state=paused')).toEqual([]);
    expect(await list('state=running,paused')).toHaveLength(2);
    expect((await control(host, '/v2/sandboxes?metadata=%25zz')).status).toBe(400);
  });

  test('closing kills every sandbox, also one that is just starting, and frees the port', async () => {
    const isolation = fakeIsolation();
    let launches = 0;
    let release = (): void => undefined;
    const slow = fakeIsolation({
      launch: () => {
        launches += 1;
        if (launches === 1) return Promise.resolve();
        return new Promise<void>((resolve) => (release = resolve));
      },
    });
    const host = await openFakeHost(slow);
    await createSandbox(host);
    const second = createSandbox(host).catch((error: Error) => error.message);
    await until(() => launches === 2);

    const closing = host[Symbol.asyncDispose]();
    release();
    await closing;

    expect(slow.launched.map((sandbox) => sandbox.isKilled())).toEqual([true]);
    expect(await second).toMatch(/create: 499|ECONNRESET|socket hang up/);
    await expect(call(`${host.url}/health`)).rejects.toThrow('ECONNREFUSED');
    expect(isolation.launched).toEqual([]);
  });
});
