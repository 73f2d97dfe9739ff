import { expect, test } from 'vitest';
import { holdSandbox } from '../../../src/executor/hold-sandbox.ts';
import type { LiveSandbox } from '../../../src/executor/live-sandboxes.ts';

const HOUR_MS = 3_600_000;

function setUp(timeLeftMs: number) {
  const told: number[] = [];
  const live: LiveSandbox = {
    key: 'k',
    identity: undefined,
    sandbox: { id: 'i', endpoint: { sandboxId: 'i', url: '', headers: {} } },
    ref: { id: 'i', name: 'default', provider: 'embedded', isolation: 'none' },
    origin: { type: 'created' },
    written: new Set(),
    endAtMs: Date.now() + timeLeftMs,
    keptUntilMs: 0,
    runs: 0,
    endMoved: Promise.resolve(),
  };
  const setTimeLeft = (_id: string, ms: number): Promise<void> => {
    told.push(Math.round(ms / 1000));
    return Promise.resolve();
  };
  return { told, live, parts: { provider: { setTimeLeft }, logger: () => undefined } };
}

test('holdSandbox gives the idle time when the last run has ended', async () => {
  const { told, live, parts } = setUp(HOUR_MS);
  const times = { lifetimeMs: HOUR_MS, idleMs: 5_000 };

  const first = holdSandbox(parts, live, times);
  const second = holdSandbox(parts, live, times);
  first[Symbol.dispose]();
  await live.endMoved;
  expect(told).toEqual([]);
  second[Symbol.dispose]();
  await live.endMoved;

  expect(told).toEqual([5]);
});

test('holdSandbox makes no call for an end that is near enough', async () => {
  const { told, live, parts } = setUp(HOUR_MS);

  holdSandbox(parts, live, { lifetimeMs: HOUR_MS + 10_000, idleMs: 2 * HOUR_MS })[Symbol.dispose]();
  await live.endMoved;

  expect(told).toEqual([]);
});

test('holdSandbox tells the provider only of the last of two wishes at the same moment', async () => {
  const { told, live, parts } = setUp(5_000);

  holdSandbox(parts, live, { lifetimeMs: HOUR_MS, idleMs: 5_000 })[Symbol.dispose]();
  await live.endMoved;

  expect(told).toEqual([5]);
});

test('holdSandbox goes on when the provider fails', async () => {
  const { live, parts } = setUp(5_000);
  const provider = { setTimeLeft: () => Promise.reject(new Error('no network')) };

  const hold = holdSandbox({ ...parts, provider }, live, { lifetimeMs: HOUR_MS, idleMs: 5_000 });
  await live.endMoved;
  hold[Symbol.dispose]();

  await expect(live.endMoved).resolves.toBeUndefined();
});
