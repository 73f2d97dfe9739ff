import type { Ballot, RankedMethod } from './ballot.ts';

/** What a ranked method finds: one winner, or several that it cannot tell apart. */
export interface RankedResult {
  readonly winners: readonly string[];
  /** How often each was preferred to each, of the methods that compare pairs. */
  readonly pairwise?: Readonly<Record<string, Readonly<Record<string, bigint>>>>;
  /** What each had in each round of instant-runoff voting. */
  readonly rounds?: readonly Readonly<Record<string, bigint>>[];
}

type Pairs = ReadonlyMap<string, ReadonlyMap<string, bigint>>;

/** Counts ranked ballots. The order of the ballots and of the options changes nothing. */
export function countRanked(
  method: RankedMethod,
  choices: readonly string[],
  ballots: readonly Ballot[],
): RankedResult {
  if (method === 'irv') return instantRunoff(choices, ballots);
  const pairs = comparePairs(choices, ballots);
  const winners = method === 'schulze' ? schulze(choices, pairs) : copeland(choices, pairs);
  return { winners, pairwise: toRecord(pairs) };
}

/** Drops the last, all of them when they are equal, until one has more than half of what is left. */
function instantRunoff(choices: readonly string[], ballots: readonly Ballot[]): RankedResult {
  let left = [...choices];
  const rounds: Record<string, bigint>[] = [];
  for (;;) {
    const counts = firstChoices(left, ballots);
    rounds.push(Object.fromEntries(counts));
    const total = [...counts.values()].reduce((all, count) => all + count, 0n);
    const winner = left.find((choice) => 2n * (counts.get(choice) ?? 0n) > total);
    if (winner !== undefined) return { winners: [winner], rounds };
    const least = [...counts.values()].reduce((low, count) => (count < low ? count : low));
    const remaining = left.filter((choice) => counts.get(choice) !== least);
    // All that are left are equal: dropping them would leave nobody.
    if (remaining.length === 0) return { winners: left, rounds };
    left = remaining;
  }
}

function firstChoices(left: readonly string[], ballots: readonly Ballot[]): Map<string, bigint> {
  const counts = new Map(left.map((choice) => [choice, 0n]));
  for (const { ranking = [], weight } of ballots) {
    const first = ranking.find((choice) => counts.has(choice));
    if (first !== undefined) counts.set(first, (counts.get(first) ?? 0n) + weight);
  }
  return counts;
}

function comparePairs(choices: readonly string[], ballots: readonly Ballot[]): Pairs {
  const pairs = new Map(choices.map((one) => [one, new Map(choices.map((other) => [other, 0n]))]));
  for (const { ranking = [], weight } of ballots) {
    const place = new Map(ranking.map((choice, index) => [choice, index]));
    for (const [one, other] of pairsOf(choices)) {
      if ((place.get(one) ?? Infinity) < (place.get(other) ?? Infinity)) add(pairs, [one, other], weight);
    }
  }
  return pairs;
}

/** A win is a point and a defeat takes one; who has most wins. Source: Copeland 1951. */
function copeland(choices: readonly string[], pairs: Pairs): readonly string[] {
  const scores = choices.map((one) =>
    choices.reduce((score, other) => score + sign(at(pairs, one, other) - at(pairs, other, one)), 0),
  );
  const best = Math.max(...scores);
  return choices.filter((_choice, index) => scores[index] === best);
}

/** The strongest paths decide, by winning votes. Source: Schulze 2011. */
function schulze(choices: readonly string[], pairs: Pairs): readonly string[] {
  const paths = new Map(
    choices.map((one) => [
      one,
      new Map(
        choices.map((other) => {
          const forOne = at(pairs, one, other);
          return [other, forOne > at(pairs, other, one) ? forOne : 0n];
        }),
      ),
    ]),
  );
  for (const over of choices) {
    for (const [from, to] of pairsOf(choices)) {
      const around = smaller(at(paths, from, over), at(paths, over, to));
      if (from !== over && to !== over && around > at(paths, from, to)) paths.get(from)?.set(to, around);
    }
  }
  return choices.filter((one) => choices.every((other) => at(paths, one, other) >= at(paths, other, one)));
}

/** Each with each other, in both directions. */
function pairsOf(choices: readonly string[]): [one: string, other: string][] {
  return choices.flatMap((one) =>
    choices.filter((other) => other !== one).map((other): [string, string] => [one, other]),
  );
}

function add(pairs: Map<string, Map<string, bigint>>, [one, other]: [string, string], weight: bigint): void {
  pairs.get(one)?.set(other, at(pairs, one, other) + weight);
}

function at(pairs: Pairs, one: string, other: string): bigint {
  return pairs.get(one)?.get(other) ?? 0n;
}

function smaller(one: bigint, other: bigint): bigint {
  return one < other ? one : other;
}

function sign(difference: bigint): -1 | 0 | 1 {
  if (difference === 0n) return 0;
  return difference > 0n ? 1 : -1;
}

function toRecord(pairs: Pairs): Record<string, Record<string, bigint>> {
  return Object.fromEntries([...pairs].map(([one, others]) => [one, Object.fromEntries(others)]));
}
