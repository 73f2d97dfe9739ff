import { expect, test } from 'vitest';
import { CostLedger } from '../../../../src/sandbox/cost/cost-ledger.ts';
import { CostMeter } from '../../../../src/sandbox/cost/cost-meter.ts';
import type { SandboxProvider } from '../../../../src/sandbox/sandbox.ts';
import { tempDir } from '../../../support/temp-dir.ts';

const HOUR_MS = 3_600_000;
const START_MS = Date.UTC(2026, 10, 10);

function cloud(describe: SandboxProvider['describe'] = () => Promise.reject(new Error('gone'))) {
  const sandbox = (id: string, grantedMs: number) => ({
    id,
    endpoint: { sandboxId: id, url: '', headers: {} },
    grantedMs,
  });
  const provider: SandboxProvider = {
    kind: 'e2b',
    create: ({ timeoutMs }) => Promise.resolve(sandbox('i1', timeoutMs)),
    connect: (id, timeoutMs) => Promise.resolve(sandbox(id, timeoutMs)),
    setTimeLeft: () => Promise.resolve(),
    list: () => Promise.resolve([]),
    kill: () => Promise.resolve(true),
    pause: () => Promise.resolve(true),
    describe,
    usage: () => Promise.resolve(undefined),
    logs: () => Promise.resolve([]),
    snapshot: () => Promise.reject(new Error('unused')),
    snapshots: () => Promise.resolve([]),
    deleteSnapshot: () => Promise.resolve(false),
    volumes: () => Promise.resolve([]),
    createVolume: () => Promise.resolve(true),
    deleteVolume: () => Promise.resolve(false),
  };
  return provider;
}

async function openMeter(dir: string, provider = cloud()) {
  const clock = { nowMs: START_MS };
  const logged: string[] = [];
  const meter = new CostMeter({
    ledger: new CostLedger(dir, () => clock.nowMs),
    // A dollar an hour.
    prices: { perVcpuSecondUsd: 1 / 3600, perGibSecondUsd: 0 },
    assumed: { vcpus: 1, memoryGib: 1 },
    slotOf: (metadata) => metadata['iris.name'] ?? '',
    logger: (event) => void logged.push(event),
  });
  await Promise.resolve();
  return { clock, logged, meter, watched: meter.watch(provider) };
}

const wish = { metadata: { 'iris.name': 'a' }, timeoutMs: 2 * HOUR_MS, allowInternetAccess: false };
const spent = async (meter: CostMeter): Promise<number> => Number((await meter.month()).spentUsd.toFixed(6));

test('a sandbox costs from its creation until it is killed, idle time included', async () => {
  await using dir = await tempDir();
  const { clock, meter, watched } = await openMeter(dir.path);

  await watched.create(wish);
  clock.nowMs += HOUR_MS / 2;
  await watched.kill('i1');
  clock.nowMs += 10 * HOUR_MS;

  expect(await spent(meter)).toBe(0.5);
});

test('a sandbox costs until its time is over, as it was last set', async () => {
  await using dir = await tempDir();
  const { clock, meter, watched } = await openMeter(dir.path);

  await watched.create(wish);
  clock.nowMs += HOUR_MS;
  await watched.setTimeLeft('i1', HOUR_MS / 4);
  const committed = (await meter.month()).committedUsd;
  const ownRun = (await meter.month('a')).committedUsd;
  clock.nowMs += 10 * HOUR_MS;

  expect([committed, ownRun, await spent(meter)]).toEqual([expect.closeTo(0.25), 0, 1.25]);
});

test('paused, a sandbox costs nothing, and again something when it is resumed', async () => {
  await using dir = await tempDir();
  const { clock, meter, watched } = await openMeter(dir.path);

  await watched.create(wish);
  clock.nowMs += HOUR_MS;
  await watched.pause('i1');
  clock.nowMs += HOUR_MS;
  await watched.connect('i1', HOUR_MS);
  clock.nowMs += HOUR_MS / 2;

  expect(await spent(meter)).toBe(1.5);
});

test('what the provider tells of a size counts for it, and for the next that is made', async () => {
  await using dir = await tempDir();
  const described = {
    id: 'i1',
    metadata: {},
    state: 'running',
    startedAtMs: 0,
    endAtMs: 0,
    size: { vcpus: 4, memoryGib: 1 },
    template: 'base',
    onTimeout: 'close' as const,
  };
  const { clock, meter, watched } = await openMeter(
    dir.path,
    cloud(() => Promise.resolve(described)),
  );

  const before = meter.rate();
  await watched.create(wish);
  await watched.describe('i1');
  await meter.settled();
  clock.nowMs += HOUR_MS;

  expect(before * 3600).toBeCloseTo(1);
  expect([meter.rate('i1') * 3600, meter.rate() * 3600]).toEqual([expect.closeTo(4), expect.closeTo(4)]);
  expect(await spent(meter)).toBe(4);
});

test('a ledger that cannot be written fails no run', async () => {
  const { logged, watched } = await openMeter('/dev/null/nowhere');

  expect((await watched.create(wish)).id).toBe('i1');
  expect(logged).toEqual(['cost.not-noted']);
});
