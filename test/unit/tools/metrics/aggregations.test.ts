import { describe, expect, test } from 'vitest';
import { chooseFigures } from '../../../../src/tools/metrics/aggregations.ts';
import { compareFigures } from '../../../../src/tools/metrics/compare-series.ts';

describe('chooseFigures()', () => {
  test('names quantiles as percentiles without the noise of doubles, each one once', () => {
    const { aggregations, quantiles } = chooseFigures(['p50', 'sum'], [0.5, 0.57, 0.999, 0, 1]);

    expect(aggregations).toEqual(['sum']);
    expect(quantiles.map(({ name }) => name)).toEqual(['p50', 'p57', 'p99.9', 'p0', 'p100']);
  });
});

describe('compareFigures()', () => {
  test('has no ratio to zero, and nothing to say where nothing was', () => {
    expect(compareFigures({ a: 3, b: 3, c: null, d: -2 }, { a: 2, b: 0, c: 1, d: -4 })).toEqual({
      a: { absolute: 1, ratio: 0.5 },
      b: { absolute: 3, ratio: null },
      c: { absolute: null, ratio: null },
      d: { absolute: 2, ratio: 0.5 },
    });
    expect(compareFigures({ a: 1 }, null)).toEqual({ a: { absolute: null, ratio: null } });
  });
});
