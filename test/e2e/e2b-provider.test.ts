import { randomBytes } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { openWorkspace, type IrisOptions, type Workspace } from '../support/workspace.ts';

interface Cloud {
  readonly env: Readonly<Record<string, string>>;
  readonly apiUrl: string;
}

// The host stands in for E2B's cloud: the same protocol over TCP, with a key.
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

const standIn = (): Cloud => ({ env: cloudEnv(), apiUrl: host.url });
const realCloud = (): Cloud => {
  const { E2B_API_KEY = '', E2B_DOMAIN = 'e2b.app' } = process.env;
  return { env: { ...space.env, E2B_API_KEY, E2B_DOMAIN }, apiUrl: `https://api.${E2B_DOMAIN}` };
};
/** Runs in the real cloud cost money, so that they are asked for. */
const isLive = process.env['IRIS_LIVE'] === '1' && (process.env['E2B_API_KEY'] ?? '') !== '';

describe.each([
  ['a host that stands in for E2B', standIn, true],
  ["E2B's cloud (IRIS_LIVE=1 and E2B_API_KEY)", realCloud, isLive],
] as const)('in %s', (_name, openCloud, isOn) => {
  const inCloud = isOn ? test : test.skip;
  const iris = (args: readonly string[], options: IrisOptions = {}) =>
    space.iris(args, { env: openCloud().env, ...options });
  const sandboxes = async (): Promise<{ id: string; name: string; state: string }[]> =>
    JSON.parse(String((await iris(['sandbox', 'ls', '--json'])).stdout));
  afterAll(async () => {
    if (isOn) await iris(['sandbox', 'close', '--all']);
  });

  inCloud('files go in, come back, and come with the end of a run', async () => {
    const bytes = randomBytes(3_000_000);
    await space.write({
      'tree/a.bin': bytes,
      'tree/b/c.txt': 'c',
      'make.ts': `import { writeFileSync } from 'node:fs'; writeFileSync('made.txt', 'made');`,
    });

    const ran = await iris(['run', '--pull', 'made.*', '--pull-to', 'pulled', 'make.ts']);
    const sent = await iris(['cp', 'tree', ':tree']);
    const back = await iris(['cp', ':tree', 'back']);

    expect([ran.exitCode, sent.exitCode, back.exitCode]).toEqual([0, 0, 0]);
    expect(await readFile(join(space.dir, 'pulled/made.txt'), 'utf8')).toBe('made');
    expect((await readFile(join(space.dir, 'back/a.bin'))).equals(bytes)).toBe(true);
    expect(await readFile(join(space.dir, 'back/b/c.txt'), 'utf8')).toBe('c');
  });

  inCloud('a run has stdin, both outputs and the exit code, and -v names the provider', async () => {
    await space.write({
      'echo.ts': `for await (const chunk of process.stdin) process.stdout.write(String(chunk).toUpperCase());
        console.error('done'); process.exit(5);`,
    });

    const result = await iris(['run', '-v', 'echo.ts'], { stdin: 'pipe', input: 'abc' });

    expect([result.stdout, result.exitCode]).toEqual(['ABC', 5]);
    expect(result.stderr).toContain('done\n');
    expect(result.stderr).toContain('e2b');
  });

  inCloud('--json tells the provider and the sandbox', async () => {
    await space.write({ 'hi.ts': 'console.log("hi")' });

    const { stdout } = await iris(['run', '--json', 'hi.ts']);

    const events = String(stdout)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events).toContainEqual(expect.objectContaining({ type: 'exit', code: 0 }));
    const sandbox = expect.objectContaining({ provider: 'e2b' });
    expect(events).toContainEqual(expect.objectContaining({ type: 'started', sandbox }));
  });

  inCloud('runs share a sandbox and its files, and a script that changed runs as it is now', async () => {
    await space.write({
      'note.ts': `import { writeFileSync } from 'node:fs'; writeFileSync('note.txt', 'kept');`,
    });
    await iris(['run', 'note.ts']);
    await space.write({
      'note.ts': `import { readFileSync } from 'node:fs'; console.log(readFileSync('note.txt', 'utf8'));`,
    });

    expect((await iris(['run', 'note.ts'])).stdout).toBe('kept\n');
  });

  inCloud('a sandbox that is gone is replaced, once and silently', async () => {
    await space.write({ 'hi.ts': 'console.log("hi")' });
    await iris(['run', 'hi.ts']);
    const { apiUrl, env } = openCloud();
    for (const { id } of await sandboxes()) {
      const headers = { 'x-api-key': env['E2B_API_KEY'] ?? '' };
      await fetch(`${apiUrl}/sandboxes/${id}`, { method: 'DELETE', headers });
    }

    const result = await iris(['run', 'hi.ts']);

    expect([result.stdout, result.stderr, result.exitCode]).toEqual(['hi\n', '', 0]);
  });

  inCloud('a script is stopped at its time limit, and no later', async () => {
    await space.write({ 'wait.ts': 'setTimeout(() => console.log("late"), 30_000);' });

    const result = await iris(['run', '--timeout', '2s', 'wait.ts']);

    expect([result.stdout, result.exitCode]).toEqual(['', 124]);
  });

  inCloud('a script without --net reaches nobody', async () => {
    await space.write({
      'fetch.ts': `console.log(await fetch('https://example.com').then(() => 'reached', () => 'refused'));`,
    });

    expect((await iris(['run', 'fetch.ts'])).stdout).toBe('refused\n');
  });

  inCloud('--template takes another sandbox, and the first one is there still', async () => {
    await space.write({
      'count.ts': `import { appendFileSync, readFileSync } from 'node:fs';
      appendFileSync('counted', 'x'); console.log(readFileSync('counted', 'utf8'));`,
    });
    const runs = [];
    for (const flags of [[], ['--template', 'code-interpreter-v1'], []]) {
      runs.push((await iris(['run', ...flags, 'count.ts'])).stdout);
    }

    expect(runs).toEqual(['x\n', 'x\n', 'xx\n']);
  });

  inCloud('--template with what does not exist says so', async () => {
    await space.write({ 'hi.ts': 'console.log("hi")' });

    const result = await iris(['run', '--template', 'snap0000000000000000000', 'hi.ts']);

    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('There is no template "snap0000000000000000000"');
  });

  inCloud('a sandbox is paused, resumed with its files, and closed', async () => {
    await space.write({
      'note.ts': `import { writeFileSync } from 'node:fs'; writeFileSync('paused.txt', 'kept');`,
    });
    await iris(['run', 'note.ts']);
    const paused = await iris(['sandbox', 'pause', 'default']);
    await space.write({
      'note.ts': `import { readFileSync } from 'node:fs'; console.log(readFileSync('paused.txt', 'utf8'));`,
    });
    const resumed = await iris(['run', 'note.ts']);
    const closed = await iris(['sandbox', 'close', 'default']);

    expect([paused.exitCode, resumed.stdout, closed.exitCode]).toEqual([0, 'kept\n', 0]);
    expect(await sandboxes()).toEqual([]);
  });

  inCloud('a script calls tools through a relay, and loses nothing at its end', async () => {
    await space.write({
      'tools.ts': `import { iris } from './iris-prime';
        const { id } = await iris.logEvent('from.cloud', { a: 1 });
        const { events } = await iris.queryEvents({ event: 'from.cloud' });
        console.log(events.length, events[0].id === id, process.env.IRIS_BRIDGE?.startsWith('/tmp/'));
        for (let i = 0; i < 50; i++) void iris.logEvent('at.the.end', { i });
        process.exit(0);`,
    });

    const result = await iris(['run', 'tools.ts']);
    const input = JSON.stringify({ event: 'at.the.end', limit: 100 });
    const kept = await space.iris(['tools', 'call', 'telemetry_query', '--json', '-i', input]);

    expect([String(result.stdout), result.exitCode]).toEqual(['1 true true\n', 0]);
    expect(JSON.parse(String(kept.stdout)).events).toHaveLength(50);
  });
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
