import { Effort } from '../../../../src/tools/patterns/effort.ts';

/** More than any of these tests needs. */
export const enough = (): Effort => new Effort({ maxCandidates: 10_000_000, maxMs: 60_000 });

/** Transactions by numbers, and the names of the numbers. */
export function numbered(transactions: readonly (readonly string[])[]): {
  readonly transactions: number[][];
  readonly names: string[];
} {
  const names = [...new Set(transactions.flat())].toSorted();
  return {
    names,
    transactions: transactions.map((items) => [...new Set(items)].map((item) => names.indexOf(item))),
  };
}

const words = (text: string): string[][] =>
  text
    .trim()
    .split('\n')
    .map((line) => line.trim().split(/\s+/));

/** The baskets of mlxtend's documentation. */
export const BASKETS = [
  ['Milk', 'Onion', 'Nutmeg', 'Kidney Beans', 'Eggs', 'Yogurt'],
  ['Dill', 'Onion', 'Nutmeg', 'Kidney Beans', 'Eggs', 'Yogurt'],
  ['Milk', 'Apple', 'Kidney Beans', 'Eggs'],
  ['Milk', 'Unicorn', 'Corn', 'Kidney Beans', 'Yogurt'],
  ['Corn', 'Onion', 'Onion', 'Kidney Beans', 'Ice cream', 'Eggs'],
];

/** Pasquier et al. 1999. */
export const PASQUIER = words(`1 3 4
2 3 5
1 2 3 5
2 5
1 2 3 5`);

export const IGB = words(`1 2 4 5
2 3 5
1 2 4 5
1 2 3 5
1 2 3 4 5
2 3 4`);

/** The four sequences of the paper on PrefixSpan. */
export const PREFIX_SPAN = [
  [[1], [1, 2, 3], [1, 3], [4], [3, 6]],
  [[1, 4], [3], [2, 3], [1, 5]],
  [[5, 6], [1, 2], [4, 6], [3], [2]],
  [[5], [7], [1, 6], [3], [2], [3]],
];
