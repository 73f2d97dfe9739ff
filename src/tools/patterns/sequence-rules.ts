import type { Effort } from './effort.ts';
import type { Sequence } from './sequences.ts';

/** All of the antecedent, in any order, and after it all of the consequent, in any order. */
export interface SequenceRule {
  readonly antecedent: readonly number[];
  readonly consequent: readonly number[];
  readonly count: number;
  readonly antecedentCount: number;
  readonly tids: readonly number[];
}

export interface SequenceRuleOptions {
  readonly minCount: number;
  readonly minConfidence: number;
  readonly maxLength: number;
  readonly maxConsequent: number;
  readonly target: ReadonlySet<number> | undefined;
  readonly effort: Effort;
}

/** Where an item is in a sequence for the first and for the last time. */
interface Span {
  readonly first: number;
  readonly last: number;
}

const TINY = 1e-9;

/** Finds rules over sequences: RuleGrowth (Fournier-Viger et al. 2011). */
export function findSequenceRules(
  sequences: readonly Sequence[],
  options: SequenceRuleOptions,
): SequenceRule[] {
  const spans = sequences.map(spansOf);
  const tidsOf = (items: readonly number[]): number[] =>
    [...spans.keys()].filter((tid) => items.every((item) => spans[tid]?.has(item) === true));
  const items = [...new Set(spans.flatMap((span) => [...span.keys()]))]
    .filter((item) => tidsOf([item]).length >= options.minCount)
    .toSorted((one, other) => one - other);
  const found: SequenceRule[] = [];
  const visit = (rule: Growing): void => {
    if (!options.effort.spend(1)) return;
    const antecedentCount = tidsOf(rule.antecedent).length;
    const isSure = rule.tids.length >= options.minConfidence * antecedentCount - TINY;
    if (isSure && isWanted(rule.consequent, options.target))
      found.push({ ...rule, count: rule.tids.length, antecedentCount });
    for (const next of grown(rule, { spans, items, options })) visit(next);
  };
  for (const first of items) {
    for (const second of items) {
      if (first === second) continue;
      const tids = keeping([...spans.keys()], spans, { antecedent: [first], consequent: [second] });
      if (tids.length >= options.minCount)
        visit({ antecedent: [first], consequent: [second], tids, mayGrowLeft: true });
    }
  }
  return found;
}

interface Growing {
  readonly antecedent: readonly number[];
  readonly consequent: readonly number[];
  readonly tids: readonly number[];
  /** The antecedent grows first and the consequent then, so that each rule is reached once. */
  readonly mayGrowLeft: boolean;
}

interface Field {
  readonly spans: readonly ReadonlyMap<number, Span>[];
  readonly items: readonly number[];
  readonly options: SequenceRuleOptions;
}

function* grown(rule: Growing, { spans, items, options }: Field): Generator<Growing, void> {
  const { antecedent, consequent, tids, mayGrowLeft } = rule;
  if (antecedent.length + consequent.length >= options.maxLength) return;
  for (const item of items) {
    if (antecedent.includes(item) || consequent.includes(item)) continue;
    const wider: Pick<Growing, 'antecedent' | 'consequent' | 'mayGrowLeft'>[] = [];
    if (mayGrowLeft && consequent.length === 1 && item > (antecedent.at(-1) ?? 0))
      wider.push({ antecedent: [...antecedent, item], consequent, mayGrowLeft });
    if (consequent.length < options.maxConsequent && item > (consequent.at(-1) ?? 0))
      wider.push({ antecedent, consequent: [...consequent, item], mayGrowLeft: false });
    for (const next of wider) {
      const kept = keeping(tids, spans, next);
      if (kept.length >= options.minCount) yield { ...next, tids: kept };
    }
  }
}

/** The sequences in which the whole antecedent comes before the whole consequent. */
function keeping(
  tids: readonly number[],
  spans: readonly ReadonlyMap<number, Span>[],
  { antecedent, consequent }: Pick<Growing, 'antecedent' | 'consequent'>,
): number[] {
  return tids.filter((tid) => {
    const span = spans[tid];
    const until = Math.max(...antecedent.map((item) => span?.get(item)?.first ?? Infinity));
    const from = Math.min(...consequent.map((item) => span?.get(item)?.last ?? -1));
    return until < from;
  });
}

function spansOf(sequence: Sequence): Map<number, Span> {
  const spans = new Map<number, Span>();
  for (const [at, step] of sequence.entries())
    for (const item of step) spans.set(item, { first: spans.get(item)?.first ?? at, last: at });
  return spans;
}

function isWanted(consequent: readonly number[], target: ReadonlySet<number> | undefined): boolean {
  return target === undefined || consequent.every((item) => target.has(item));
}
