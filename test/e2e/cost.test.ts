import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { openStandInCloud, type StandInCloud } from '../support/stand-in-cloud.ts';
import { until } from '../support/until.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

let host: EmbeddedHost;
let space: Workspace;
let cloud: StandInCloud;
beforeEach(async () => {
  host = await openRealHost();
  cloud = await openStandInCloud(host);
  space = await openWorkspace();
  await space.write({ 'hi.ts': 'console.log("hi")' });
});
afterEach(async () => {
  await space[Symbol.asyncDispose]();
  await cloud[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
});

const env = (more: Record<string, string> = {}) => ({ ...space.env, ...cloud.env, ...more });
const inCloud = (args: string[], more: Record<string, string> = {}) => space.iris(args, { env: env(more) });

describe('in the cloud', () => {
  test('a run, a list and one sandbox tell what they came to, always as an estimate', async () => {
    const run = await inCloud(['run', '-v', 'hi.ts']);
    const json = await inCloud(['run', '--json', 'hi.ts']);
    const list = await inCloud(['sandbox', 'ls']);
    const [row] = JSON.parse(String((await inCloud(['sandbox', 'ls', '--json'])).stdout));
    const info = await inCloud(['sandbox', 'info', 'default']);
    const doctor = await inCloud(['doctor']);

    expect(run.stderr).toMatch(/ms; ~\$0\.0\d+, estimate\n/);
    expect(JSON.parse(String(json.stdout).trim().split('\n').at(-1) ?? '')).toMatchObject({
      type: 'exit',
      costEstimateUsd: expect.any(Number),
    });
    expect(list.stdout).toMatch(/COST \(ESTIMATE\)\n.*~\$0\.0\d+/);
    expect(row.costEstimateUsd).toBeGreaterThan(0);
    expect(info.stdout).toMatch(/cost +~\$0\.0\d+, estimate\n/);
    expect(doctor.stdout).toMatch(/cost.*\d{4}-\d\d: ~\$0\.0\d+ in the cloud so far \(estimate\), no limit/);
  });

  test('--max-cost refuses what could come to more, before anything is made', async () => {
    const result = await inCloud(['run', '--max-cost', '0.001', '--timeout', '10m', 'hi.ts']);

    expect(result.exitCode).toBe(77);
    expect(result.stderr).toContain('cost.maxPerRun (--max-cost) allows $0.0010');
    expect(result.stderr).toContain('--timeout 3');
    expect(cloud.creations).toEqual([]);
  });

  test('--max-cost ends a run whose time nobody chose', async () => {
    await space.write({ 'wait.ts': 'setInterval(() => undefined, 1000)' });

    const result = await inCloud(['run', '-v', '--max-cost', '0.000066', 'wait.ts']);

    expect(result.exitCode).toBe(124);
    expect(result.stderr).toContain(
      'The script may run for 2s, which comes to no more than $0.000066 (estimate)',
    );
  });

  test('the limit of a month counts idle time, holds after the daemon, and stops before anything starts', async () => {
    const limit = { IRIS_COST_MAX_PER_MONTH: '0.05' };
    const run = (args: string[]) => inCloud(['run', ...args, 'hi.ts'], limit);
    const first = await run(['--new']);
    await space.iris(['daemon', 'stop']);
    const second = await run(['--new']);
    const short = await run(['--new', '--rm', '--timeout', '30s']);
    const file = join(space.stateDir, 'cost', 'ledger.json');

    expect([first.exitCode, second.exitCode, short.exitCode]).toEqual([0, 77, 0]);
    expect(second.stderr).toContain('could come to more than cost.maxPerMonth allows, $0.050 (estimate: ');
    expect(cloud.creations).toHaveLength(2);
    expect((await stat(file)).mode & 0o777).toBe(0o600);
    const live = async () => Object.keys(JSON.parse(await readFile(file, 'utf8')).live);
    await until('the sandbox of --rm to be over', async () => (await live()).length === 1);
  });
});

test('on this machine nothing costs anything, whatever the limits are', async () => {
  const run = await space.iris(['run', '--json', '--max-cost', '0', '--timeout', '10m', 'hi.ts'], {
    env: { ...space.env, IRIS_COST_MAX_PER_MONTH: '0' },
  });
  const list = await space.iris(['sandbox', 'ls']);

  expect(run.exitCode).toBe(0);
  expect(JSON.parse(String(run.stdout).trim().split('\n').at(-1) ?? '')).toMatchObject({
    costEstimateUsd: 0,
  });
  expect(list.stdout).not.toContain('COST');
});
