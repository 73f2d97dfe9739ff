import type { Effort } from './effort.ts';

/** Steps in their order; each is a set of item numbers, in ascending order. */
export type Sequence = readonly (readonly number[])[];

export interface FrequentSequence {
  readonly steps: Sequence;
  readonly count: number;
  /** The sequences that it occurs in, by their numbers. */
  readonly tids: readonly number[];
}

export interface SequenceOptions {
  readonly minCount: number;
  /** Items in all steps together. */
  readonly maxLength: number;
  /** Steps that may lie between two of the pattern. @default any number */
  readonly maxGap?: number | undefined;
  readonly effort: Effort;
}

/** Where in a sequence a pattern can end. */
interface Occurrence {
  readonly tid: number;
  readonly ends: readonly number[];
}

/**
 * Finds every sequence of steps that occurs in at least `minCount` sequences, by growing prefixes over the places
 * where they end (PrefixSpan, Pei et al. 2001).
 */
export function frequentSequences(
  sequences: readonly Sequence[],
  { minCount, maxLength, maxGap = Infinity, effort }: SequenceOptions,
): FrequentSequence[] {
  const found: FrequentSequence[] = [];
  const search = { sequences, minCount, maxLength, maxGap, effort, found };
  const start = sequences.map((_sequence, tid): Occurrence => ({ tid, ends: [-1] }));
  grow([], start, search);
  return found;
}

/** The sequences that no longer one with the same count contains. */
export function closedSequences(found: readonly FrequentSequence[]): FrequentSequence[] {
  const byCount = groupByCount(found);
  return found.filter(
    (one) =>
      !byCount
        .get(one.count)
        ?.some((other) => sizeOf(other.steps) > sizeOf(one.steps) && contains(other.steps, one.steps)),
  );
}

interface Search extends Required<SequenceOptions> {
  readonly sequences: readonly Sequence[];
  readonly found: FrequentSequence[];
  readonly maxGap: number;
}

function grow(steps: Sequence, occurrences: readonly Occurrence[], search: Search): void {
  if (sizeOf(steps) >= search.maxLength) return;
  const last = steps.at(-1);
  const [asStep, intoStep] = extensionsOf(occurrences, last, search);
  for (const [extensions, toSteps] of [
    [intoStep, (item: number): Sequence => [...steps.slice(0, -1), [...(last ?? []), item]]],
    [asStep, (item: number): Sequence => [...steps, [item]]],
  ] as const) {
    for (const item of [...extensions.keys()].toSorted((one, other) => one - other)) {
      const next = extensions.get(item) ?? [];
      if (next.length < search.minCount) continue;
      if (!search.effort.spend(1)) return;
      const grown = toSteps(item);
      search.found.push({ steps: grown, count: next.length, tids: next.map(({ tid }) => tid) });
      grow(grown, next, search);
      if (search.effort.isSpent) return;
    }
  }
}

type Extensions = ReadonlyMap<number, readonly Occurrence[]>;

/** What can follow as a step of its own, and what can join the last step, with where that would end. */
function extensionsOf(
  occurrences: readonly Occurrence[],
  last: readonly number[] | undefined,
  { sequences, maxGap }: Search,
): readonly [Extensions, Extensions] {
  const asStep = new Map<number, Occurrence[]>();
  const intoStep = new Map<number, Occurrence[]>();
  const highest = last?.at(-1) ?? Infinity;
  for (const { tid, ends } of occurrences) {
    const sequence = sequences[tid] ?? [];
    for (const [item, places] of followers(
      sequence,
      last === undefined ? [-1] : ends,
      last ? maxGap : Infinity,
    ))
      push(asStep, item, { tid, ends: places });
    if (last !== undefined)
      for (const [item, places] of companions(sequence, ends, highest))
        push(intoStep, item, { tid, ends: places });
  }
  return [asStep, intoStep];
}

/** Where each item is, after one of the ends and near enough. */
function followers(sequence: Sequence, ends: readonly number[], maxGap: number): Map<number, number[]> {
  const places = new Map<number, number[]>();
  const [first = 0] = ends;
  for (let at = first + 1; at < sequence.length; at++) {
    if (!ends.some((end) => end < at && at - end - 1 <= maxGap)) continue;
    for (const item of sequence[at] ?? []) push(places, item, at);
  }
  return places;
}

/** Where each item above `highest` is in the same step as one of the ends. */
function companions(sequence: Sequence, ends: readonly number[], highest: number): Map<number, number[]> {
  const places = new Map<number, number[]>();
  for (const end of ends) {
    const step = (sequence[end] ?? []).filter((item) => item > highest);
    for (const item of step) push(places, item, end);
  }
  return places;
}

function push<Key, Value>(map: Map<Key, Value[]>, key: Key, value: Value): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function groupByCount(found: readonly FrequentSequence[]): Map<number, FrequentSequence[]> {
  const groups = new Map<number, FrequentSequence[]>();
  for (const one of found) push(groups, one.count, one);
  return groups;
}

function contains(longer: Sequence, shorter: Sequence): boolean {
  let matched = 0;
  for (const step of longer) {
    const wanted = shorter[matched];
    if (wanted?.every((item) => step.includes(item)) === true) matched += 1;
  }
  return matched === shorter.length;
}

function sizeOf(steps: Sequence): number {
  return steps.reduce((sum, step) => sum + step.length, 0);
}
