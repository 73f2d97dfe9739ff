import * as fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { intersectInto, projectOn } from '../../../../src/tools/patterns/bit-sets.ts';
import { condense, keyOf } from '../../../../src/tools/patterns/condense.ts';
import { Effort } from '../../../../src/tools/patterns/effort.ts';
import { frequentItemsets, type Itemset } from '../../../../src/tools/patterns/itemsets.ts';
import { countPairs, rankTransactions } from '../../../../src/tools/patterns/ranked-transactions.ts';
import { BASKETS, enough, IGB, numbered, PASQUIER } from './known.ts';

function mine(data: readonly (readonly string[])[], minSupport: number, maxLength = 12): Itemset[] {
  const { transactions, names } = numbered(data);
  const minCount = Math.ceil(minSupport * data.length - 1e-9);
  return frequentItemsets(transactions, names.length, { minCount, maxLength, effort: enough() });
}

describe('frequentItemsets()', () => {
  test.each([
    ['the baskets', BASKETS, 0.6, 11],
    ['Pasquier', PASQUIER, 0.4, 15],
    ['Pasquier', PASQUIER, 0.2, 19],
    ['IGB', IGB, 0.5, 19],
  ] as const)('finds in %s all sets of a support of %d...', (_name, data, minSupport, sets) => {
    expect(mine(data, minSupport)).toHaveLength(sets);
  });

  test.each([
    [PASQUIER, 0.4, 5, 1],
    [PASQUIER, 0.2, 6, 2],
    [IGB, 0.5, 7, 2],
  ] as const)('leaves as many closed and maximal ones', (data, minSupport, closed, maximal) => {
    const condensed = condense(mine(data, minSupport));

    expect([condensed.closed.size, condensed.maximal.size]).toEqual([closed, maximal]);
  });

  test('finds the closed sets of Pasquier with their counts', () => {
    const found = mine(PASQUIER, 0.4);
    const { closed } = condense(found);

    const sets = found.filter(({ items }) => closed.has(keyOf(items)));
    expect(
      sets.map(({ items, count }) => `${items.map((item) => item + 1).join(' ')}: ${count}`).toSorted(),
    ).toEqual(['1 2 3 5: 2', '1 3: 3', '2 3 5: 3', '2 5: 4', '3: 4']);
  });

  test('ends with what it has when its effort is spent', () => {
    const effort = new Effort({ maxCandidates: 10, maxMs: 60_000 });
    const { transactions, names } = numbered(IGB);

    const found = frequentItemsets(transactions, names.length, { minCount: 1, maxLength: 5, effort });

    expect(effort.isSpent).toBe(true);
    expect(found.length).toBeLessThan(31);
  });
});

const data = fc.array(fc.uniqueArray(fc.integer({ min: 0, max: 9 }), { maxLength: 10 }), {
  minLength: 1,
  maxLength: 40,
});
const countOf = (transactions: number[][], items: readonly number[]): number =>
  transactions.filter((all) => items.every((item) => all.includes(item))).length;

describe('with any transactions', () => {
  test('finds exactly what counting every set finds', () => {
    fc.assert(
      fc.property(data, fc.integer({ min: 1, max: 6 }), (transactions, minCount) => {
        const found = frequentItemsets(transactions, 10, { minCount, maxLength: 10, effort: enough() });
        const expected = new Map<string, number>();
        for (let mask = 1; mask < 2 ** 10; mask++) {
          const items = Array.from({ length: 10 }, (_, item) => item).filter((item) => (mask >> item) & 1);
          const count = countOf(transactions, items);
          if (count >= minCount) expected.set(keyOf(items), count);
        }
        expect(new Map(found.map(({ items, count }) => [keyOf(items), count]))).toEqual(expected);
        expect(found).toHaveLength(expected.size);
      }),
      { numRuns: 40 },
    );
  });

  test('regains every support from the closed sets', () => {
    fc.assert(
      fc.property(data, (transactions) => {
        const found = frequentItemsets(transactions, 10, { minCount: 2, maxLength: 10, effort: enough() });
        const { closed } = condense(found);
        const closedSets = found.filter(({ items }) => closed.has(keyOf(items)));
        for (const { items, count } of found) {
          const over = closedSets.filter((larger) => items.every((item) => larger.items.includes(item)));
          expect(Math.max(...over.map((larger) => larger.count))).toBe(count);
        }
      }),
      { numRuns: 40 },
    );
  });

  test('counts what two sets of bits share, however long they are', () => {
    const bits = fc.array(fc.boolean(), { minLength: 1, maxLength: 100 });
    fc.assert(
      fc.property(bits, bits, (one, other) => {
        const length = Math.max(one.length, other.length);
        // Item 0 is in all, so that looking at its transactions looks at all of them.
        const transactions = Array.from({ length }, (_, at) => [
          0,
          ...(one[at] === true ? [1] : []),
          ...(other[at] === true ? [2] : []),
        ]);
        const counts = [0, 1, 2].map((item) => countOf(transactions, [item]));
        const ranked = rankTransactions(transactions, Int32Array.of(0, 1, 2), counts);
        const [left, right] = projectOn(ranked, 0, [1, 2]);
        if (left === undefined || right === undefined) return;
        const both = new Int32Array(left.length);

        expect(intersectInto(both, left, right)).toBe(countOf(transactions, [1, 2]));
        expect(intersectInto(both, left, left)).toBe(counts[1]);
        expect(countPairs(ranked).at(1, 2)).toBe(countOf(transactions, [1, 2]));
      }),
    );
  });
});
