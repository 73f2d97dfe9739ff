import type { Effort } from './effort.ts';
import { bitSets, sortedTids, type TidSets } from './tid-sets.ts';

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

/** Above this share of all transactions a bit for each of them is smaller than a list. */
const DENSE_SHARE = 1 / 32;

/**
 * Finds every set of items that occurs in at least `minCount` transactions: Eclat (Zaki 2000) with a table of pairs
 * first, so that only pairs that occur often enough are ever intersected. Transactions name no item twice.
 */
export function frequentItemsets(
  transactions: readonly (readonly number[])[],
  itemCount: number,
  { minCount, maxLength, effort }: ItemsetOptions,
): Itemset[] {
  const tids = tidsOf(transactions, itemCount);
  const frequent = [...tids.keys()]
    .filter((item) => (tids[item]?.length ?? 0) >= minCount)
    .toSorted((one, other) => (tids[one]?.length ?? 0) - (tids[other]?.length ?? 0) || one - other);
  const lists = frequent.map((item) => tids[item] ?? new Uint32Array());
  const found: Itemset[] = lists.map((list, rank) => ({ items: [frequent[rank] ?? 0], count: list.length }));
  if (maxLength < 2 || frequent.length < 2 || !effort.spend(found.length)) return found;
  const pairs = countPairs(transactions, rankOf(frequent, itemCount), frequent.length);
  const total = lists.reduce((sum, list) => sum + list.length, 0);
  const isDense = total / lists.length > transactions.length * DENSE_SHARE;
  const search = { minCount, maxLength, effort, frequent, found };
  if (isDense) grow(bitSets(transactions.length, lists), pairs, search);
  else grow(sortedTids(lists), pairs, search);
  return found;
}

interface Search extends ItemsetOptions {
  /** The item of each rank; ranks ascend with support, so that the rarest are extended first. */
  readonly frequent: readonly number[];
  readonly found: Itemset[];
}

interface Extension<Tids> {
  readonly rank: number;
  readonly tids: Tids;
}

function grow<Tids>(sets: TidSets<Tids>, pairs: PairCounts, search: Search): void {
  const { frequent, minCount, maxLength, effort, found } = search;
  for (const [rank, tids] of sets.of.entries()) {
    const next: Extension<Tids>[] = [];
    for (let other = rank + 1; other < frequent.length; other++) {
      const count = pairs.at(rank, other);
      if (count < minCount) continue;
      found.push({ items: sorted([frequent[rank] ?? 0, frequent[other] ?? 0]), count });
      const partner = sets.of[other];
      if (maxLength > 2 && partner !== undefined)
        next.push({ rank: other, tids: sets.intersect(tids, partner) });
    }
    if (!effort.spend(next.length + 1)) return;
    if (next.length > 1) extend(sets, [rank], next, search);
  }
}

/** Depth first: each set is extended by those after it that still occur with it. */
function extend<Tids>(
  sets: TidSets<Tids>,
  prefix: readonly number[],
  extensions: readonly Extension<Tids>[],
  search: Search,
): void {
  const { frequent, minCount, maxLength, effort, found } = search;
  for (const [index, { rank, tids }] of extensions.entries()) {
    const ranks = [...prefix, rank];
    const next: Extension<Tids>[] = [];
    for (const other of extensions.slice(index + 1)) {
      const both = sets.intersect(tids, other.tids);
      const count = sets.count(both);
      if (count < minCount) continue;
      found.push({ items: sorted([...ranks, other.rank].map((one) => frequent[one] ?? 0)), count });
      next.push({ rank: other.rank, tids: both });
    }
    if (!effort.spend(next.length + 1)) return;
    if (next.length > 1 && ranks.length + 2 <= maxLength) extend(sets, ranks, next, search);
    if (effort.isSpent) return;
  }
}

function tidsOf(transactions: readonly (readonly number[])[], itemCount: number): Uint32Array[] {
  const sizes = new Uint32Array(itemCount);
  for (const items of transactions) for (const item of items) sizes[item] = (sizes[item] ?? 0) + 1;
  const tids = [...sizes].map((size) => new Uint32Array(size));
  const filled = new Uint32Array(itemCount);
  for (const [tid, items] of transactions.entries()) {
    for (const item of items) {
      const at = filled[item] ?? 0;
      const list = tids[item];
      if (list !== undefined) list[at] = tid;
      filled[item] = at + 1;
    }
  }
  return tids;
}

function rankOf(frequent: readonly number[], itemCount: number): Int32Array {
  const ranks = new Int32Array(itemCount).fill(-1);
  for (const [rank, item] of frequent.entries()) ranks[item] = rank;
  return ranks;
}

/** How often each pair occurs together, by ranks. */
interface PairCounts {
  at(smaller: number, larger: number): number;
}

function countPairs(
  transactions: readonly (readonly number[])[],
  ranks: Int32Array,
  size: number,
): PairCounts {
  const counts = new Uint32Array((size * (size - 1)) / 2);
  const known = new Int32Array(Math.max(0, ...transactions.map((items) => items.length)));
  for (const items of transactions) {
    let length = 0;
    for (const item of items) {
      const rank = ranks[item] ?? -1;
      if (rank >= 0) known[length++] = rank;
    }
    for (let one = 1; one < length; one++) {
      for (let other = 0; other < one; other++) {
        const at = pairIndex(known[one] ?? 0, known[other] ?? 0);
        counts[at] = (counts[at] ?? 0) + 1;
      }
    }
  }
  return { at: (smaller, larger) => counts[pairIndex(smaller, larger)] ?? 0 };
}

/** The place of a pair in the lower half of a square. */
function pairIndex(one: number, other: number): number {
  return one > other ? (one * (one - 1)) / 2 + other : (other * (other - 1)) / 2 + one;
}

function sorted(items: readonly number[]): readonly number[] {
  return items.toSorted((one, other) => one - other);
}
