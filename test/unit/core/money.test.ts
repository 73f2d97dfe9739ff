import { expect, test } from 'vitest';
import { formatEstimate, formatUsd, parseUsd } from '../../../src/core/money.ts';

test.each([
  ['0.50', 0.5],
  ['$0.50', 0.5],
  ['.5', 0.5],
  ['20', 20],
  ['0', 0],
  ['', undefined],
  ['-1', undefined],
  ['1e3', undefined],
  ['1,5', undefined],
  ['much', undefined],
])('parseUsd(%j) is %j', (text, usd) => {
  expect(parseUsd(text)).toBe(usd);
});

test.each([
  [0, '$0'],
  [12.3, '$12.30'],
  [0.5, '$0.50'],
  [0.0123, '$0.012'],
  [0.00121, '$0.0012'],
  [0.0000305, '$0.000030'],
  [1e-15, '$0.000000000'],
])('formatUsd(%d) is %s', (usd, text) => {
  expect(formatUsd(usd)).toBe(text);
});

test('formatEstimate() says that a figure is about right, and that nothing is nothing', () => {
  expect([formatEstimate(0.0012), formatEstimate(0)]).toEqual(['~$0.0012', '$0']);
});
