import { describe, expect, test } from 'vitest';
import { agreementOf } from '../../../../src/tools/reflexion/agreement.ts';
import { cohenKappa } from '../../../../src/tools/reflexion/cohen-kappa.ts';
import { kendall, spearman } from '../../../../src/tools/reflexion/rank-correlation.ts';

describe('cohenKappa()', () => {
  test('of the table 20, 5, 10, 15 is 0.4', () => {
    const cells = [
      ...Array.from({ length: 20 }, () => ['yes', 'yes'] as const),
      ...Array.from({ length: 5 }, () => ['yes', 'no'] as const),
      ...Array.from({ length: 10 }, () => ['no', 'yes'] as const),
      ...Array.from({ length: 15 }, () => ['no', 'no'] as const),
    ];

    expect(cohenKappa(cells)).toBeCloseTo(0.4, 12);
  });

  test('is undefined where there is nothing to agree on', () => {
    expect(cohenKappa([])).toBeUndefined();
    expect(cohenKappa([['yes', 'yes']])).toBeUndefined();
  });
});

describe('rank correlation', () => {
  // Worked by hand: d = 0, -1, 1, -1, 1 of five; 8 of 10 pairs in the same order.
  const pairs = [1, 2, 3, 4, 5].map((value, index) => [value, [1, 3, 2, 5, 4][index] ?? 0] as const);

  test('is 0.8 and 0.6 for two swaps of neighbours among five', () => {
    expect(spearman(pairs)).toBeCloseTo(0.8, 12);
    expect(kendall(pairs)).toBeCloseTo(0.6, 12);
  });

  test('is 1 for the same order and -1 for the opposite', () => {
    const line = [1, 2, 3].map((value) => [value, value * 10] as const);
    const back = [1, 2, 3].map((value) => [value, -value] as const);

    expect([spearman(line), kendall(line)]).toEqual([1, 1]);
    expect([spearman(back), kendall(back)]).toEqual([-1, -1]);
  });

  test('shares ranks among equal values', () => {
    const tied = [
      [1, 1],
      [1, 2],
      [2, 3],
      [3, 3],
    ] as const;

    // Ranks 1.5 1.5 3 4 and 1 2 3.5 3.5; tau-b = 4 / sqrt(5 * 5).
    expect(spearman(tied)).toBeCloseTo(4 / 4.5, 12);
    expect(kendall(tied)).toBeCloseTo(0.8, 12);
  });

  test('is undefined where one side never changes', () => {
    expect(
      spearman([
        [1, 1],
        [1, 2],
      ]),
    ).toBeUndefined();
    expect(
      kendall([
        [1, 1],
        [1, 2],
      ]),
    ).toBeUndefined();
    expect(spearman([])).toBeUndefined();
  });
});

test('agreementOf() counts verdicts and says null for what it cannot tell', () => {
  expect(agreementOf([])).toEqual({
    pairs: 0,
    agreement: null,
    kappa: null,
    spearman: null,
    kendall: null,
    table: [],
  });
  const right = { verdict: 'correct', score: 1 };
  const wrong = { verdict: 'incorrect', score: 0 };

  expect(
    agreementOf([
      { first: right, second: right },
      { first: right, second: wrong },
    ]),
  ).toMatchObject({
    pairs: 2,
    agreement: 0.5,
    kappa: 0,
    spearman: null,
    table: [{ first: 'correct', second: 'correct', count: 1 }, { count: 1 }],
  });
});
