import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

// Stands in for E2B's cloud: the same protocol over TCP, with a key.
let host: EmbeddedHost;
let space: Workspace;
beforeAll(async () => {
  host = await openRealHost();
  space = await openWorkspace();
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
});

const cloudEnv = () => ({
  ...space.env,
  E2B_API_KEY: host.apiKey,
  E2B_API_URL: host.url,
  E2B_SANDBOX_URL: host.url,
});

test('iris run uses E2B when there is a key, with stdin, both outputs and the exit code', async () => {
  await space.write({
    'echo.ts': `for await (const chunk of process.stdin) process.stdout.write(String(chunk).toUpperCase());
      console.error('done'); process.exit(5);`,
  });

  const result = await space.iris(['run', '-v', 'echo.ts'], { env: cloudEnv(), stdin: 'pipe', input: 'abc' });

  expect([result.stdout, result.exitCode]).toEqual(['ABC', 5]);
  expect(result.stderr).toContain('done\n');
  expect(result.stderr).toContain('e2b');
});

test('iris run replaces a cloud sandbox that is gone, once and silently', async () => {
  await space.write({ 'hi.ts': 'console.log("hi")' });
  await space.iris(['run', 'hi.ts'], { env: cloudEnv() });
  const [row] = JSON.parse(
    String((await space.iris(['sandbox', 'ls', '--json'], { env: cloudEnv() })).stdout),
  );

  await fetch(`${host.url}/sandboxes/${row.id}`, { method: 'DELETE', headers: { 'x-api-key': host.apiKey } });
  const result = await space.iris(['run', 'hi.ts'], { env: cloudEnv() });

  expect([result.stdout, result.stderr, result.exitCode]).toEqual(['hi\n', '', 0]);
});

test('iris run names the key when E2B refuses it, and does not print it', async () => {
  await space.write({ 'hi.ts': 'console.log("hi")' });
  const env = { ...cloudEnv(), E2B_API_KEY: 'e2b_0000000000000000000000000000000000000000' };

  const result = await space.iris(['run', 'hi.ts'], { env });

  expect(result.exitCode).toBe(77);
  expect(result.stderr).toContain('E2B_API_KEY');
  expect(result.stderr).not.toContain('e2b_000');
});

test('--provider e2b without a key says where to get one', async () => {
  await space.write({ 'hi.ts': 'console.log("hi")' });

  const result = await space.iris(['run', '--provider', 'e2b', 'hi.ts']);

  expect(result.exitCode).toBe(77);
  expect(result.stderr).toContain('E2B_API_KEY is not set');
});

test('a script in the cloud calls tools through a relay, and loses nothing at its end', async () => {
  await space.write({
    'tools.ts': `import { iris } from './iris-prime';
      const { id } = await iris.logEvent('from.cloud', { a: 1 });
      const { events } = await iris.queryEvents({ event: 'from.cloud' });
      console.log(events.length, events[0].id === id, process.env.IRIS_BRIDGE?.startsWith('/tmp/'));
      for (let i = 0; i < 50; i++) void iris.logEvent('at.the.end', { i });
      process.exit(0);`,
  });

  const result = await space.iris(['run', 'tools.ts'], { env: cloudEnv() });
  const input = JSON.stringify({ event: 'at.the.end', limit: 100 });
  const kept = await space.iris(['tools', 'call', 'telemetry_query', '--json', '-i', input]);

  expect([String(result.stdout), result.exitCode]).toEqual(['1 true true\n', 0]);
  expect(JSON.parse(String(kept.stdout)).events).toHaveLength(50);
});

test('iris sandbox close leaves alone what somebody else made with the same key', async () => {
  await using other = await openWorkspace();
  const ids = async (): Promise<string[]> => {
    const { stdout } = await space.iris(['sandbox', 'ls', '--json'], { env: cloudEnv() });
    return JSON.parse(String(stdout)).map(({ id }: { id: string }) => id);
  };
  await space.write({ 'hi.ts': 'console.log("hi")' });
  await other.write({ 'hi.ts': 'console.log("hi")' });
  await space.iris(['run', 'hi.ts'], { env: cloudEnv() });
  const before = await ids();
  await other.iris(['run', 'hi.ts'], { env: { ...cloudEnv(), ...other.env } });
  const [foreign] = (await ids()).filter((id) => !before.includes(id));

  await space.iris(['sandbox', 'close', '--all'], { env: cloudEnv() });

  expect(await ids()).toEqual([foreign]);
});
