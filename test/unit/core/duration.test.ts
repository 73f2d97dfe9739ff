import { expect, test } from 'vitest';
import { formatDuration, parseDuration } from '../../../src/core/duration.ts';

test.each([
  ['5m', 300_000],
  ['1h30m', 5_400_000],
  ['90s', 90_000],
  ['500ms', 500],
  ['1m500ms', 60_500],
  ['1.5h', 5_400_000],
  ['2D', 172_800_000],
  [' 10s ', 10_000],
  ['0', 0],
  ['0s', 0],
])('parseDuration reads %s as %i ms', (text, ms) => {
  expect(parseDuration(text)).toBe(ms);
});

test.each(['', 'soon', '5', '-5m', '5m-', '5 m', 'm5', '1e3s', 'NaN', 'Infinity', '5 minutes'])(
  'parseDuration refuses %j',
  (text) => {
    expect(parseDuration(text)).toBeUndefined();
  },
);

test.each([
  [0, '0'],
  [500, '500ms'],
  [90_000, '1m30s'],
  [5_400_000, '1h30m'],
  [86_400_000, '1d'],
  [-1, '0'],
])('formatDuration writes %i ms as %s', (ms, text) => {
  expect(formatDuration(ms)).toBe(text);
});

test('parseDuration reads back what formatDuration writes', () => {
  for (const ms of [1, 999, 61_001, 3_600_000, 90_061_001]) {
    expect(parseDuration(formatDuration(ms))).toBe(ms);
  }
});
