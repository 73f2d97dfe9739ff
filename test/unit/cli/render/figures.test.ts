import { expect, test } from 'vitest';
import { formatNumber, formatShare } from '../../../../src/cli/render/figures.ts';
import { formatAgo, formatWhen } from '../../../../src/cli/render/moment.ts';
import { sparkline } from '../../../../src/cli/render/sparkline.ts';
import { pipe } from './screens.ts';

test.each([
  [0, '0'],
  [12, '12'],
  [123456, '123456'],
  [1.6666666, '1.667'],
  [1234.56, '1235'],
  [0.00000123, '1.23e-6'],
  [-0.5, '-0.5'],
  [1e300, '1.00e+300'],
  [null, '-'],
  [Number.NaN, '-'],
  ['7', '-'],
])('formatNumber(%j) is %j', (value, text) => {
  expect(formatNumber(value)).toBe(text);
});

test.each([
  [1, '100%'],
  [1 / 3, '33.3%'],
  [0, '0%'],
  [undefined, '-'],
])('formatShare(%j) is %j', (value, text) => {
  expect(formatShare(value)).toBe(text);
});

test.each([
  ['2026-01-31T11:58:30Z', '1m30s', '1m30s ago'],
  ['2026-01-31T12:01:30Z', '0s', 'in 1m30s'],
  [null, '-', '-'],
  ['yesterday', '-', '-'],
])('the moment %j is %j old: %j', (moment, ago, when) => {
  expect([formatAgo(moment, pipe), formatWhen(moment, pipe)]).toEqual([ago, when]);
});

test.each([
  [[0, 1, 2, 3, 4, 5, 6, 7], '▁▂▃▄▅▆▇█'],
  [[5, 5], '▅▅'],
  [[1, undefined, 9], '▁ █'],
  [[], ''],
])('sparkline(%j) is %j', (values, drawn) => {
  expect(sparkline(values)).toBe(drawn);
});
