import { join } from 'node:path';
import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { until } from '../support/until.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

const KEEP = `import { writeFileSync } from 'node:fs'; writeFileSync('/home/user/kept.txt', 'kept');`;
const READ = `import { existsSync } from 'node:fs'; console.log(existsSync('/home/user/kept.txt'));`;

interface Row {
  readonly id: string;
  readonly name: string;
  readonly state: string;
}

let space: Workspace;
let cloud: EmbeddedHost;
beforeAll(async () => {
  cloud = await openRealHost();
  space = await openWorkspace();
  await space.write({
    '.irisrc': '',
    'keep.ts': KEEP,
    'read.ts': READ,
    'wait.ts': `console.log('waiting'); setTimeout(() => {}, 60_000);`,
  });
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
  await cloud[Symbol.asyncDispose]();
});

const cloudEnv = (): Record<string, string> => ({
  E2B_API_KEY: cloud.apiKey,
  E2B_API_URL: cloud.url,
  E2B_SANDBOX_URL: cloud.url,
});

// The second host stands in for E2B's cloud: the same protocol over TCP, with a key.
describe.each([
  ['embedded', () => ({})],
  ['e2b', cloudEnv],
])('iris sandbox with provider %s', (provider, more) => {
  const iris = async (...args: string[]) => {
    const result = await space.iris(args, { env: { ...space.env, ...more() } });
    return { code: result.exitCode, out: String(result.stdout), err: String(result.stderr) };
  };
  const json = async (...args: string[]) => JSON.parse((await iris(...args, '--json')).out);
  const row = async (name: string): Promise<Row> =>
    (await json('sandbox', 'ls')).find((one: Row) => one.name === name);

  test('pause stops one, and the next run wakes it up with its files', async () => {
    await iris('run', 'keep.ts');
    const { id } = await row('default');

    const first = await iris('sandbox', 'pause', 'default');
    const again = await iris('sandbox', 'pause', 'default');
    const paused = await row('default');
    const metrics = await iris('sandbox', 'metrics', 'default');
    const extended = await iris('sandbox', 'extend', 'default', '1h');
    const run = await iris('run', 'read.ts');

    expect([first.out, first.code]).toEqual([`paused default (${id})\n`, 0]);
    expect([again.out, again.err, again.code]).toEqual(['', `iris: default (${id}) is paused already\n`, 0]);
    expect(paused).toMatchObject({ id, state: 'paused' });
    expect([metrics.code, metrics.err]).toEqual([0, expect.stringContaining('is paused and uses nothing')]);
    expect([extended.code, extended.err]).toEqual([73, expect.stringContaining(`iris sandbox resume ${id}`)]);
    expect(run).toMatchObject({ out: 'true\n', code: 0 });
    expect(await row('default')).toMatchObject({ id, state: 'running' });
  });

  test('resume wakes one up, and does nothing to one that runs', async () => {
    await iris('run', 'keep.ts');
    await iris('sandbox', 'pause', 'default');
    const { id } = await row('default');

    const first = await json('sandbox', 'resume', 'default');
    const again = await iris('sandbox', 'resume', id);

    expect(first).toEqual([{ id, name: 'default', state: 'running', isChanged: true }]);
    expect([again.err, again.code]).toEqual([`iris: default (${id}) is running already\n`, 0]);
    expect((await iris('run', 'read.ts')).out).toBe('true\n');
  });

  test('pause leaves one alone in which a script runs', async () => {
    const env = { ...space.env, ...more() };
    const waiting = space.iris(['run', '--sandbox', 'busy', 'wait.ts'], { env });
    await new Promise((resolve) => waiting.stdout?.once('data', resolve));

    const refused = await iris('sandbox', 'pause', 'busy');
    waiting.kill('SIGTERM');
    await waiting;

    expect([refused.code, refused.err]).toEqual([73, expect.stringContaining('has 1 running now')]);
  });

  test('extend gives time from now, which later runs do not take away', async () => {
    await iris('run', 'read.ts');

    const told = await iris('sandbox', 'extend', 'default', '2h');
    await iris('run', 'read.ts');
    const { timeLeftMs } = await json('sandbox', 'info', 'default');
    const wrong = await iris('sandbox', 'extend', 'default', '2 fortnights');

    expect(told.out).toMatch(/^default \(\S+\) lives for another (?:2h|1h59m)/);
    expect(timeLeftMs).toBeGreaterThan(119 * 60_000);
    expect([wrong.code, wrong.err]).toEqual([64, expect.stringContaining('2 fortnights')]);
  });

  test('info, logs and metrics tell of one', async () => {
    await iris('run', 'read.ts');

    const info = await json('sandbox', 'info', 'default');
    const logs = await iris('sandbox', 'logs', 'default', '-n', '2');
    const usage = await json('sandbox', 'metrics', 'default');
    const shown = await iris('sandbox', 'metrics', 'default');

    expect(info).toMatchObject({ provider, onTimeout: 'close', network: 'off', template: 'base' });
    expect(info.run).toMatch(/^run_/);
    expect(logs.out.trimEnd().split('\n')).toHaveLength(2);
    expect(logs.out).toMatch(/^\d{4}-\S+Z info +\S/);
    expect(usage.usage.memoryBytes).toBeGreaterThan(1_000_000);
    expect(shown.out).toMatch(/^cpu +\S+% \(\d+ cores\)\nmemory +\S+ of \S+\ndisk +\S+ of \S+\n$/);
  });

  test('exec runs a command in one, and wakes it up for that', async () => {
    await iris('run', 'keep.ts');
    await iris('sandbox', 'pause', 'default');

    const done = await space.iris(
      ['sandbox', 'exec', '--', 'sh', '-c', 'cat /home/user/kept.txt -; exit 4'],
      {
        env: { ...space.env, ...more() },
        stdin: 'pipe',
        input: ' typed',
      },
    );

    expect([done.stdout, done.exitCode]).toEqual(['kept typed', 4]);
    expect(await row('default')).toMatchObject({ state: 'running' });
  });

  test('a sandbox is paused when its time is over, where the configuration says so', async () => {
    await space.write({ 'later/.irisrc': 'sandboxTimeout: 1s\nsandboxOnTimeout: pause\n' });
    await space.write({ 'later/keep.ts': KEEP, 'later/read.ts': READ });
    const options = { cwd: join(space.dir, 'later'), env: { ...space.env, ...more() } };
    await space.iris(['run', '--sandbox', 'later', 'keep.ts'], options);
    await space.iris(['run', '--new', 'read.ts'], options);

    await until('the sandbox to be paused', async () => (await row('later'))?.state === 'paused');
    const run = await space.iris(['run', '--sandbox', 'later', 'read.ts'], options);

    expect([run.stdout, run.exitCode]).toEqual(['true\n', 0]);
    // What was for one run is not kept.
    await until('the other to end', async () => {
      const rows: readonly Row[] = await json('sandbox', 'ls');
      return !rows.some(({ name }) => name.startsWith('new-'));
    });
  });

  test.each(['info', 'pause', 'resume', 'logs', 'metrics'])('%s of a wrong name asks which', async (verb) => {
    await iris('run', 'read.ts');

    const wrong = await iris('sandbox', verb, 'defalut');

    expect([wrong.code, wrong.err]).toEqual([69, expect.stringContaining('Did you mean default?')]);
    expect(wrong.out).toBe('');
  });

  test('gc closes the sandbox of a project that is gone, and no other', async () => {
    await space.write({ 'gone/.irisrc': '', 'gone/read.ts': READ });
    await iris('run', 'read.ts');
    await space.iris(['run', 'read.ts'], {
      cwd: join(space.dir, 'gone'),
      env: { ...space.env, ...more() },
    });
    const before = await json('sandbox', 'gc', '--dry-run');
    await rm(join(space.dir, 'gone'), { recursive: true });

    const seen = await iris('sandbox', 'gc', '--dry-run');
    const done = await iris('sandbox', 'gc');
    const again = await iris('sandbox', 'gc');

    expect(before).toEqual({ isDryRun: true, orphans: [] });
    expect(seen.out).toMatch(new RegExp(`${join(space.dir, 'gone')} .*its project is gone`));
    expect(seen.out).not.toContain('closed');
    expect(done.out).toMatch(/its project is gone\nclosed 1\n$/);
    expect([again.out, again.code]).toEqual(['', 0]);
    expect(await row('default')).toBeDefined();
  });
});

test('gc --all takes idle sandboxes of this user alone, and those that are paused for a run only then', async () => {
  const env = { ...space.env, ...cloudEnv() };
  const gc = async (...args: string[]) =>
    JSON.parse(String((await space.iris(['sandbox', 'gc', '--json', ...args], { env })).stdout));
  const strangers = await Promise.all([
    createInCloud({ 'iris.name': 'default', 'iris.project': '/nowhere', 'iris.owner': '0'.repeat(32) }),
    createInCloud({ 'iris.name': 'default', 'iris.project': '/nowhere' }),
    createInCloud({ app: 'another program' }),
  ]);
  await space.write({ '.irisrc': 'sandboxTimeout: 1s\n' });
  await space.iris(['run', '--sandbox', 'left', 'keep.ts'], { env });
  await space.iris(['sandbox', 'pause', 'left'], { env });
  await new Promise((resolve) => setTimeout(resolve, 1500));

  const few = await gc();
  const all = await gc('--all');

  expect(few.orphans).toEqual([]);
  expect(all.orphans).toMatchObject([{ name: 'left', state: 'paused', why: 'nothing uses it now' }]);
  const response = await fetch(`${cloud.url}/v2/sandboxes`, { headers: { 'x-api-key': cloud.apiKey } });
  const left = JSON.parse(await response.text());
  const ids = left.map(({ sandboxID }: { sandboxID: string }) => sandboxID);
  expect(ids).toEqual(expect.arrayContaining(strangers));
  expect(ids).not.toContain(all.orphans[0].id);
});

async function createInCloud(metadata: Readonly<Record<string, string>>): Promise<string> {
  const response = await fetch(`${cloud.url}/v2/sandboxes`, {
    method: 'POST',
    headers: { 'x-api-key': cloud.apiKey, 'content-type': 'application/json' },
    body: JSON.stringify({ templateID: 'base', timeout: 600, metadata }),
  });
  return JSON.parse(await response.text()).sandboxID;
}
