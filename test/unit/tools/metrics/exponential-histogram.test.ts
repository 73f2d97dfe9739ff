import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  exponentialIndex,
  toExponentialHistogram,
} from '../../../../src/tools/metrics/exposition/exponential-histogram.ts';

const key = (value: number): number => Math.sign(value) * (100_000 + exponentialIndex(Math.abs(value), 5));

describe('exponentialIndex()', () => {
  test.each([
    [1, 0, -1],
    [1.5, 0, 0],
    [2, 0, 0],
    [3, 0, 1],
    [4, 0, 1],
    [5, 0, 2],
    [8, 0, 2],
    [2, 3, 7],
    [1000, 5, 318],
  ])('of %d at the scale %d is %d', (value, scale, expected) => {
    expect(exponentialIndex(value, scale)).toBe(expected);
  });

  test('is that of the bucket that holds the value', () => {
    fc.assert(
      fc.property(
        fc.double({ min: 1e-300, max: 1e300, noNaN: true }),
        fc.integer({ min: 0, max: 8 }),
        (value, scale) => {
          const index = exponentialIndex(value, scale);
          expect(2 ** (index / 2 ** scale)).toBeLessThan(value);
          expect(2 ** ((index + 1) / 2 ** scale)).toBeGreaterThanOrEqual(value);
        },
      ),
    );
  });
});

describe('toExponentialHistogram()', () => {
  test('writes dense counts from the lowest index on, for each sign, and the zeros', () => {
    const keys = [key(-3), 0, key(2), key(2.1)];

    expect(toExponentialHistogram(keys, [4, 3, 2, 1])).toEqual({
      scale: 5,
      zeroCount: '3',
      positive: { offset: 31, bucketCounts: ['2', '0', '0', '1'] },
      negative: { offset: 50, bucketCounts: ['4'] },
    });
  });

  test('becomes coarser where there would be too many buckets, and each value stays in its bucket', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.double({ min: 1e-290, max: 1e290, noNaN: true }), { minLength: 1 }),
        (values) => {
          const counts = new Map<number, number>();
          for (const value of values) counts.set(key(value), (counts.get(key(value)) ?? 0) + 1);
          const keys = [...counts.keys()].toSorted((one, other) => one - other);
          const { scale, positive } = toExponentialHistogram(
            keys,
            keys.map((one) => counts.get(one) ?? 0),
          );

          expect(positive.bucketCounts.length).toBeLessThanOrEqual(320);
          expect(positive.bucketCounts.reduce((sum, count) => sum + Number(count), 0)).toBe(values.length);
          for (const value of values) {
            const index = Math.floor(exponentialIndex(value, 5) / 2 ** (5 - scale));
            expect(Number(positive.bucketCounts[index - positive.offset])).toBeGreaterThan(0);
          }
        },
      ),
    );
  });
});
