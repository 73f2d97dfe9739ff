import { describe, expect, test } from 'vitest';
import { frequentItemsets } from '../../../../src/tools/patterns/itemsets.ts';
import { findRules, type Rule } from '../../../../src/tools/patterns/rules.ts';
import {
  benjaminiHochberg,
  fisherGreater,
  logFactorials,
  riskDifference,
  wilson,
} from '../../../../src/tools/patterns/statistics.ts';
import { BASKETS, enough, numbered } from './known.ts';

function rulesOf(
  minConfidence: number,
  more: { minImprovement?: number; target?: string } = {},
): {
  rules: Rule[];
  find: (from: string, to: string) => Rule | undefined;
} {
  const { transactions, names } = numbered(BASKETS);
  const effort = enough();
  const sets = frequentItemsets(transactions, names.length, { minCount: 3, maxLength: 8, effort });
  const rules = findRules(sets, {
    transactions: 5,
    minConfidence,
    maxConsequent: 7,
    target: more.target === undefined ? undefined : new Set([names.indexOf(more.target)]),
    minImprovement: more.minImprovement ?? -1,
    effort,
  });
  const textOf = (items: readonly number[]): string => items.map((item) => names[item]).join('+');
  return {
    rules,
    find: (from, to) =>
      rules.find(({ antecedent, consequent }) => textOf(antecedent) === from && textOf(consequent) === to),
  };
}

describe('findRules()', () => {
  test('finds 12 rules with a confidence of .7 in the baskets, 9 with .8 and 6 with a lift of 1.2', () => {
    expect(rulesOf(0.7).rules).toHaveLength(12);
    expect(rulesOf(0.8).rules).toHaveLength(9);
    expect(rulesOf(0).rules.filter(({ measures }) => measures.lift >= 1.2 - 1e-9)).toHaveLength(6);
  });

  test('keeps a rule of exactly the least confidence', () => {
    expect(rulesOf(0.75).find('Eggs', 'Onion')).toBeDefined();
  });

  test('measures rules as they are known', () => {
    const { find } = rulesOf(0);

    expect(find('Eggs', 'Onion')?.measures).toMatchObject({
      support: 0.6,
      confidence: 0.75,
      lift: 1.25,
      leverage: expect.closeTo(0.12),
      conviction: expect.closeTo(1.6),
      zhang: expect.closeTo(1),
      jaccard: 0.75,
    });
    expect(find('Onion', 'Eggs')?.measures).toMatchObject({
      confidence: 1,
      conviction: null,
      zhang: expect.closeTo(0.5),
    });
  });

  test('leaves out what is no surer than a simpler rule, and what leads elsewhere', () => {
    const { rules, find } = rulesOf(0.7, { minImprovement: 0.01, target: 'Onion' });

    expect(find('Eggs', 'Onion')).toBeDefined();
    expect(find('Eggs+Kidney Beans', 'Onion')).toBeUndefined();
    expect(rules.every(({ consequent }) => consequent.length === 1)).toBe(true);
  });
});

describe('the statistics', () => {
  const logs = logFactorials(100);
  const greater = (both: number, onlyFirst: number, onlySecond: number, neither: number): number =>
    fisherGreater({ both, onlyFirst, onlySecond, neither }, logs);

  test('Fisher: the lady who tasted tea, and the other tail', () => {
    expect(greater(3, 1, 1, 3)).toBeCloseTo(0.242857, 6);
    expect(greater(1, 3, 3, 1)).toBeCloseTo(0.985714, 6);
    // R's fisher.test of the convictions is two-sided; this is its larger part, the tail of the other direction.
    expect(greater(10, 3, 2, 15)).toBeCloseTo(0.0004652, 6);
    expect(greater(4, 0, 0, 0)).toBe(1);
  });

  test('Benjamini and Hochberg reject four of their fifteen at .05', () => {
    const pValues = [
      0.0001, 0.0004, 0.0019, 0.0095, 0.0201, 0.0278, 0.0298, 0.0344, 0.0459, 0.324, 0.4262, 0.5719, 0.6528,
      0.759, 1,
    ];

    expect(benjaminiHochberg(pValues).filter((q) => q <= 0.05)).toHaveLength(4);
    expect(benjaminiHochberg(pValues.toReversed()).filter((q) => q <= 0.05)).toHaveLength(4);
  });

  test('Wilson: the intervals that Newcombe printed', () => {
    expect(wilson(15, 148)).toEqual({ low: expect.closeTo(0.0624, 4), high: expect.closeTo(0.1605, 4) });
    expect(wilson(81, 263)).toEqual({ low: expect.closeTo(0.2553, 4), high: expect.closeTo(0.3662, 4) });
    expect(wilson(0, 0)).toEqual({ low: 0, high: 1 });
  });

  test('Newcombe: the difference of 56/70 and 48/80', () => {
    const difference = riskDifference({ both: 56, onlyFirst: 14, onlySecond: 48, neither: 32 });

    expect(difference).toEqual({
      value: expect.closeTo(0.2, 6),
      low: expect.closeTo(0.0524, 4),
      high: expect.closeTo(0.3339, 4),
    });
  });
});
