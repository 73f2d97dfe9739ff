import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { Expiry } from '../../../../src/host/sandboxes/expiry.ts';

const DAY_MS = 86_400_000;

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

test('Expiry fires once, when its time has come', () => {
  const onExpired = vi.fn();
  const expiry = new Expiry(Date.now() + 1000, onExpired);

  vi.advanceTimersByTime(999);
  expect(onExpired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(10_000);

  expect(onExpired).toHaveBeenCalledOnce();
  expect(expiry.endAtMs).toBeLessThan(Date.now());
});

test('Expiry waits longer than setTimeout can', () => {
  const onExpired = vi.fn();
  const expiry = new Expiry(Date.now() + 100 * DAY_MS, onExpired);

  vi.advanceTimersByTime(99 * DAY_MS);
  expect(onExpired).not.toHaveBeenCalled();
  vi.advanceTimersByTime(2 * DAY_MS);

  expect(onExpired).toHaveBeenCalledOnce();
  expect(expiry.endAtMs).toBeLessThan(Date.now());
});

test('Expiry moves both ways and stops', () => {
  const onExpired = vi.fn();
  const expiry = new Expiry(Date.now() + 1000, onExpired);

  expiry.moveTo(Date.now() + 5000);
  vi.advanceTimersByTime(4000);
  expect(onExpired).not.toHaveBeenCalled();
  expiry.moveTo(Date.now() + 10);
  vi.advanceTimersByTime(10);
  expect(onExpired).toHaveBeenCalledOnce();
  expiry.moveTo(Date.now() + 10);
  expiry.stop();
  vi.advanceTimersByTime(DAY_MS);

  expect(onExpired).toHaveBeenCalledOnce();
});
