import { describe, expect, test, vi, beforeEach, afterEach } from 'vitest';
import { MetricsHistory, type MetricsSample } from '../../../../src/host/metrics/metrics-history.ts';

function sampleOf(cpuUsedPct: number): MetricsSample {
  const zeros = { cpuCount: 1, memUsed: 0, memTotal: 0, memCache: 0, diskUsed: 0, diskTotal: 0 };
  return { ...zeros, timestamp: '', timestampUnix: 0, cpuUsedPct };
}

interface FakeSandbox {
  readonly id: string;
  readonly onEnd: (listener: () => void) => void;
  readonly end: () => void;
}

function fakeSandbox(): FakeSandbox {
  const listeners: (() => void)[] = [];
  return {
    id: 'a',
    onEnd: (listener) => void listeners.push(listener),
    end: () => listeners.forEach((listener) => listener()),
  };
}

describe('metrics history', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  test('samples from the first question to the end of the sandbox, and keeps the newest', async () => {
    let taken = 0;
    const history = new MetricsHistory<FakeSandbox>({
      sample: () => Promise.resolve(sampleOf((taken += 1))),
      maxSamples: 3,
    });
    const sandbox = fakeSandbox();
    await vi.advanceTimersByTimeAsync(20_000);
    expect(taken).toBe(0);

    await history.read(sandbox);
    await vi.advanceTimersByTimeAsync(20_000);
    const samples = (await history.read(sandbox)).map(({ cpuUsedPct }) => cpuUsedPct);
    sandbox.end();
    await vi.advanceTimersByTimeAsync(60_000);

    expect(samples).toEqual([4, 5, 6]);
    expect([taken, vi.getTimerCount()]).toEqual([6, 0]);
  });

  test('takes one sample for all who ask at once', async () => {
    let taken = 0;
    const history = new MetricsHistory<FakeSandbox>({
      sample: () => Promise.resolve(sampleOf((taken += 1))),
    });
    const sandbox = fakeSandbox();

    await Promise.all([history.read(sandbox), history.read(sandbox), history.read(sandbox)]);

    expect(taken).toBe(1);
    sandbox.end();
  });
});
