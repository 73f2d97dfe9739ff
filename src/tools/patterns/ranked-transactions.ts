/** Transactions one after the other, their items named by rank: what mining reads over and over lies close together. */
export interface RankedTransactions {
  /** The ranks of all transactions, in ascending order within each. */
  readonly ranks: Int32Array;
  /** Where each transaction begins; the last entry is where the last one ends. */
  readonly starts: Int32Array;
  /** The transactions of each rank, in order. */
  readonly tidsOf: readonly Int32Array[];
}

/** Leaves out what has no rank: `rankOf` holds the rank of each item, or -1. */
export function rankTransactions(
  transactions: readonly (readonly number[])[],
  rankOf: Int32Array,
  counts: readonly number[],
): RankedTransactions {
  const ranks = new Int32Array(counts.reduce((sum, count) => sum + count, 0));
  const starts = new Int32Array(transactions.length + 1);
  const tidsOf = counts.map((count) => new Int32Array(count));
  const filled = new Int32Array(counts.length);
  let end = 0;
  for (const [tid, items] of transactions.entries()) {
    const start = end;
    for (const item of items) {
      const rank = rankOf[item] ?? -1;
      const tids = tidsOf[rank];
      if (tids === undefined) continue;
      insert(ranks, start, end++, rank);
      const at = filled[rank] ?? 0;
      tids[at] = tid;
      filled[rank] = at + 1;
    }
    starts[tid + 1] = end;
  }
  return { ranks, starts, tidsOf };
}

/** Puts a rank in its place among those from `start` on, of which `end` is the end. */
function insert(ranks: Int32Array, start: number, end: number, rank: number): void {
  let at = end;
  for (; at > start; at--) {
    const before = ranks[at - 1] ?? 0;
    if (before < rank) break;
    ranks[at] = before;
  }
  ranks[at] = rank;
}

/** How often each two ranks occur together. */
export interface PairCounts {
  at(smaller: number, larger: number): number;
}

/** Counts all pairs in one pass over the transactions. */
export function countPairs({ ranks, starts, tidsOf }: RankedTransactions): PairCounts {
  const counts = new Uint32Array((tidsOf.length * (tidsOf.length - 1)) / 2);
  for (let tid = 0; tid + 1 < starts.length; tid++) {
    const [start = 0, end = 0] = [starts[tid], starts[tid + 1]];
    for (let one = start + 1; one < end; one++) {
      const row = rowOf(ranks[one] ?? 0);
      for (let other = start; other < one; other++) {
        const at = row + (ranks[other] ?? 0);
        counts[at] = (counts[at] ?? 0) + 1;
      }
    }
  }
  return { at: (smaller, larger) => counts[rowOf(larger) + smaller] ?? 0 };
}

/** Where a rank's pairs with all smaller ones begin, in the lower half of a square. */
function rowOf(rank: number): number {
  return (rank * (rank - 1)) / 2;
}
