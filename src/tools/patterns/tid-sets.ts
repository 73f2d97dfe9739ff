/** The transactions that contain something. */
export interface TidSets<Tids> {
  readonly of: readonly Tids[];
  intersect(one: Tids, other: Tids): Tids;
  count(tids: Tids): number;
  list(tids: Tids, most: number): number[];
}

const BITS = 32;

/** One bit for each transaction: for items that many of them have. */
export function bitSets(transactions: number, tids: readonly Uint32Array[]): TidSets<Int32Array> {
  const words = (transactions + BITS - 1) >>> 5;
  const toBits = (list: Uint32Array): Int32Array => {
    const bits = new Int32Array(words);
    for (const tid of list) bits[tid >>> 5] = (bits[tid >>> 5] ?? 0) | (1 << (tid & 31));
    return bits;
  };
  return {
    of: tids.map(toBits),
    intersect(one, other) {
      const both = new Int32Array(words);
      for (let at = 0; at < words; at++) both[at] = (one[at] ?? 0) & (other[at] ?? 0);
      return both;
    },
    count: countBits,
    list: listBits,
  };
}

/** Numbers in order: for items that few transactions have. */
export function sortedTids(tids: readonly Uint32Array[]): TidSets<Uint32Array> {
  return {
    of: tids,
    intersect: intersectSorted,
    count: (list) => list.length,
    list: (list, most) => [...list.subarray(0, most)],
  };
}

function intersectSorted(one: Uint32Array, other: Uint32Array): Uint32Array {
  const both = new Uint32Array(Math.min(one.length, other.length));
  let [left, right, found] = [0, 0, 0];
  while (left < one.length && right < other.length) {
    const [first = 0, second = 0] = [one[left], other[right]];
    if (first === second) both[found++] = first;
    if (first <= second) left++;
    if (second <= first) right++;
  }
  return both.slice(0, found);
}

function countBits(bits: Int32Array): number {
  let count = 0;
  for (const word of bits) {
    let rest = word - ((word >>> 1) & 0x5555_5555);
    rest = (rest & 0x3333_3333) + ((rest >>> 2) & 0x3333_3333);
    count += Math.imul((rest + (rest >>> 4)) & 0x0f0f_0f0f, 0x0101_0101) >>> 24;
  }
  return count;
}

function listBits(bits: Int32Array, most: number): number[] {
  const found: number[] = [];
  for (let at = 0; at < bits.length && found.length < most; at++) {
    for (let word = bits[at] ?? 0; word !== 0 && found.length < most; word &= word - 1)
      found.push(at * BITS + (BITS - 1 - Math.clz32(word & -word)));
  }
  return found;
}
