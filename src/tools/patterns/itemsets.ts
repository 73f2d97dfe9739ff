import { intersectInto, projectOn, type BitSet } from './bit-sets.ts';
import type { Effort } from './effort.ts';
import { countPairs, rankTransactions, type RankedTransactions } from './ranked-transactions.ts';

/** Items that occur together, by their numbers in ascending order. */
export interface Itemset {
  readonly items: readonly number[];
  readonly count: number;
}

export interface ItemsetOptions {
  readonly minCount: number;
  readonly maxLength: number;
  readonly effort: Effort;
}

/**
 * Finds every set of items that occurs in at least `minCount` transactions: Eclat (Zaki 2000) on bits, within the
 * transactions of one item after the other, with a table of pairs first, so that only pairs that occur often enough
 * are ever looked at. Transactions name no item twice.
 */
export function frequentItemsets(
  transactions: readonly (readonly number[])[],
  itemCount: number,
  { minCount, maxLength, effort }: ItemsetOptions,
): Itemset[] {
  const counts = countItems(transactions, itemCount);
  const countOf = (item: number): number => counts[item] ?? 0;
  const frequent = [...counts.keys()]
    .filter((item) => countOf(item) >= minCount)
    .toSorted((one, other) => countOf(one) - countOf(other) || one - other);
  const found: Itemset[] = frequent.map((item) => ({ items: [item], count: countOf(item) }));
  if (maxLength < 2 || frequent.length < 2 || !effort.spend(found.length)) return found;
  const rankOf = new Int32Array(itemCount).fill(-1);
  for (const [rank, item] of frequent.entries()) rankOf[item] = rank;
  const ranked = rankTransactions(transactions, rankOf, frequent.map(countOf));
  grow(ranked, { minCount, maxLength, effort, frequent, found });
  return found;
}

interface Search extends ItemsetOptions {
  /** The item of each rank; ranks ascend with support, so that the rarest are extended first. */
  readonly frequent: readonly number[];
  readonly found: Itemset[];
}

interface Extension {
  readonly rank: number;
  readonly bits: BitSet;
}

function grow(ranked: RankedTransactions, search: Search): void {
  const { frequent, minCount, maxLength, effort, found } = search;
  const pairs = countPairs(ranked);
  for (const [rank, item] of frequent.entries()) {
    const partners: number[] = [];
    for (let other = rank + 1; other < frequent.length; other++) {
      const count = pairs.at(rank, other);
      if (count < minCount) continue;
      found.push({ items: sorted([item, frequent[other] ?? 0]), count });
      partners.push(other);
    }
    if (!effort.spend(partners.length + 1)) return;
    if (maxLength < 3 || partners.length < 2) continue;
    const sets = projectOn(ranked, rank, partners);
    const next = sets.map((bits, index) => ({ rank: partners[index] ?? 0, bits }));
    extend([rank], next, search);
    if (effort.isSpent) return;
  }
}

/** Depth first: each set is extended by those after it that still occur with it. */
function extend(prefix: readonly number[], extensions: readonly Extension[], search: Search): void {
  const { frequent, minCount, maxLength, effort, found } = search;
  let spare: BitSet | undefined;
  for (const [index, { rank, bits }] of extensions.entries()) {
    const ranks = [...prefix, rank];
    const next: Extension[] = [];
    for (let after = index + 1; after < extensions.length; after++) {
      const other = extensions[after];
      if (other === undefined) break;
      const both: BitSet = spare ?? new Int32Array(bits.length);
      const count = intersectInto(both, bits, other.bits);
      // What is too rare leaves its memory to the next.
      spare = count < minCount ? both : undefined;
      if (count < minCount) continue;
      found.push({ items: sorted([...ranks, other.rank].map((one) => frequent[one] ?? 0)), count });
      next.push({ rank: other.rank, bits: both });
    }
    if (!effort.spend(next.length + 1)) return;
    if (next.length > 1 && ranks.length + 2 <= maxLength) extend(ranks, next, search);
    if (effort.isSpent) return;
  }
}

function countItems(transactions: readonly (readonly number[])[], itemCount: number): Uint32Array {
  const counts = new Uint32Array(itemCount);
  for (const items of transactions) for (const item of items) counts[item] = (counts[item] ?? 0) + 1;
  return counts;
}

function sorted(items: readonly number[]): readonly number[] {
  return items.toSorted((one, other) => one - other);
}
