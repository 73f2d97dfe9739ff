import type { RankedTransactions } from './ranked-transactions.ts';

/** One bit for each transaction of some that are looked at. */
export type BitSet = Int32Array;

const BITS = 32;

/**
 * Looks at the transactions of `rank` alone: for each of `partners`, all larger, the set of those that it is in, too.
 * The rarer the rank, the shorter the sets.
 */
export function projectOn(
  { ranks, starts, tidsOf }: RankedTransactions,
  rank: number,
  partners: readonly number[],
): BitSet[] {
  const tids = tidsOf[rank] ?? new Int32Array();
  const words = (tids.length + BITS - 1) >>> 5;
  const all = new Int32Array(partners.length * words);
  const offsetOf = new Int32Array(tidsOf.length).fill(-1);
  for (const [index, partner] of partners.entries()) offsetOf[partner] = index * words;
  for (let bit = 0; bit < tids.length; bit++) {
    const tid = tids[bit] ?? 0;
    // Partners have larger ranks, which stand at the end.
    for (let at = (starts[tid + 1] ?? 0) - 1; (ranks[at] ?? rank) > rank; at--) {
      const offset = offsetOf[ranks[at] ?? 0] ?? -1;
      if (offset < 0) continue;
      const word = offset + (bit >>> 5);
      all[word] = (all[word] ?? 0) | (1 << (bit & 31));
    }
  }
  return partners.map((_, index) => all.subarray(index * words, (index + 1) * words));
}

/** Writes what both hold to `into` and returns how much that is. */
export function intersectInto(into: BitSet, one: BitSet, other: BitSet): number {
  let count = 0;
  for (let at = 0; at < into.length; at++) {
    const word = (one[at] ?? 0) & (other[at] ?? 0);
    into[at] = word;
    if (word === 0) continue;
    // The bits of a word counted in parallel, by pairs, fours and bytes.
    let rest = word - ((word >>> 1) & 0x5555_5555);
    rest = (rest & 0x3333_3333) + ((rest >>> 2) & 0x3333_3333);
    count += Math.imul((rest + (rest >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
  }
  return count;
}
