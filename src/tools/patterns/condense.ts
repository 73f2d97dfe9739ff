import type { Itemset } from './itemsets.ts';

/** The key of a set of item numbers. */
export function keyOf(items: readonly number[]): string {
  return items.join(',');
}

/** The sets that have no larger one of the same count (closed), or no larger frequent one at all (maximal). */
export function condense(itemsets: readonly Itemset[]): {
  readonly closed: ReadonlySet<string>;
  readonly maximal: ReadonlySet<string>;
} {
  const counts = new Map(itemsets.map(({ items, count }) => [keyOf(items), count]));
  const [closed, maximal] = [new Set(counts.keys()), new Set(counts.keys())];
  for (const { items, count } of itemsets) {
    if (items.length < 2) continue;
    for (let left = 0; left < items.length; left++) {
      const smaller = keyOf(items.filter((_item, index) => index !== left));
      maximal.delete(smaller);
      if (counts.get(smaller) === count) closed.delete(smaller);
    }
  }
  return { closed, maximal };
}
