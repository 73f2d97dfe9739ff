import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { IrisError } from '../../../src/core/errors.ts';
import type { LiveSandbox } from '../../../src/executor/live-sandboxes.ts';
import { watchLifetime } from '../../../src/executor/watch-lifetime.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** A sandbox whose host lets it live until `grantedMs` from its start, and no longer. */
function setUp(timeLeftMs: number, grantedMs: number) {
  const startedAtMs = Date.now();
  let endAtMs = startedAtMs + timeLeftMs;
  const asked: number[] = [];
  const live: LiveSandbox = {
    key: 'k',
    identity: undefined,
    sandbox: { id: 'i', endpoint: { sandboxId: 'i', url: '', headers: {} } },
    ref: { id: 'i', name: 'default', provider: 'e2b', isolation: 'microvm' },
    origin: { type: 'created' },
    written: new Set(),
    endAtMs,
    keptUntilMs: 0,
    runs: 1,
    endMoved: Promise.resolve(),
  };
  const provider = {
    describe: () =>
      Promise.resolve({
        id: 'i',
        metadata: {},
        state: 'running',
        startedAtMs,
        endAtMs,
        template: 'base',
        onTimeout: 'close' as const,
      }),
    setTimeLeft: (_id: string, ms: number) => {
      asked.push(Math.round(ms / MINUTE_MS));
      if (Date.now() >= startedAtMs + grantedMs)
        return Promise.reject(new IrisError('USAGE_INVALID', 'Max instance length exceeded'));
      endAtMs = Math.min(Date.now() + ms, startedAtMs + grantedMs);
      return Promise.resolve();
    },
  };
  return { live, asked, parts: { provider, logger: () => undefined } };
}

test('a run that its sandbox outlives is left alone', async () => {
  const { parts, live, asked } = setUp(11 * MINUTE_MS, HOUR_MS);
  using watch = watchLifetime(parts, live, 10 * MINUTE_MS);

  await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);

  expect([asked, watch.take()]).toEqual([[], []]);
});

test('a run without a limit keeps its sandbox alive to what the provider grants, and is warned before the end', async () => {
  const { parts, live, asked } = setUp(10 * MINUTE_MS, HOUR_MS);
  using watch = watchLifetime(parts, live, 0);

  await vi.advanceTimersByTimeAsync(54 * MINUTE_MS);
  expect(watch.take()).toEqual([]);
  await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);

  expect(asked.length).toBeGreaterThan(0);
  expect(live.endAtMs - Date.now()).toBeLessThanOrEqual(5 * MINUTE_MS);
  expect(watch.take()).toEqual([
    {
      text: expect.stringMatching(/^Sandbox i ends in \dm.*, and the script with it$/),
      hint: expect.any(String),
    },
  ]);
  await vi.advanceTimersByTimeAsync(4 * MINUTE_MS);
  expect(watch.take()).toEqual([]);
});

test('a provider that granted less without a word is noticed in time', async () => {
  const { parts, live } = setUp(7 * MINUTE_MS, 7 * MINUTE_MS);
  live.endAtMs = Date.now() + HOUR_MS;
  using watch = watchLifetime(parts, live, 30 * MINUTE_MS);

  await vi.advanceTimersByTimeAsync(3 * MINUTE_MS);

  expect(watch.take()).toHaveLength(1);
});

test('nothing is asked any more when the run is over', async () => {
  const { parts, live, asked } = setUp(5 * MINUTE_MS, HOUR_MS);
  watchLifetime(parts, live, 0)[Symbol.dispose]();

  await vi.advanceTimersByTimeAsync(10 * MINUTE_MS);

  expect(asked).toEqual([]);
});
