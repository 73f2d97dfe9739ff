import { createHash, randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { pattern, patternDiscovery } from '../../contract/tools/patterns.ts';
import { condense, keyOf } from './condense.ts';
import { Effort } from './effort.ts';
import type { Transaction } from './items.ts';
import { frequentItemsets, type Itemset } from './itemsets.ts';
import { findRules, type Rule } from './rules.ts';
import { findSequenceRules } from './sequence-rules.ts';
import { closedSequences, frequentSequences } from './sequences.ts';

export type DiscoverOptions = z.output<typeof patternDiscovery.input>;
export type Pattern = z.output<typeof pattern>;

const LIMITS = { maxCandidates: 200_000, maxMs: 10_000 };
const MAX_FREQUENT_ITEMS = 2_000;
const MAX_EVIDENCE = 5;
const FEW = 5;

/** What a run found, with what it left out. */
export interface Discovery {
  readonly patterns: readonly Pattern[];
  readonly meta: {
    readonly runId: string;
    readonly transactions: number;
    readonly items: number;
    readonly candidates: number;
    readonly truncated: boolean;
    readonly partial: boolean;
    readonly elapsedMs: number;
    readonly warnings: readonly string[];
  };
}

/** Finds the patterns in transactions, in an order and with ids that are the same each time. */
export function discover(transactions: readonly Transaction[], options: DiscoverOptions): Discovery {
  const startedAt = performance.now();
  const effort = new Effort(LIMITS);
  const minCount = Math.max(options.minCount, Math.ceil(options.minSupport * transactions.length - 1e-9));
  const words = vocabulary(transactions, minCount);
  const numbered = transactions.map(({ items }) => numbersOf(items, words.numbers));
  const job: Job = { transactions, numbered, names: words.names, minCount, options, effort };
  const found = options.kinds.flatMap((kind) => MINERS[kind](job));
  const sorted = found.filter((one) => isWanted(one, options)).toSorted(order(options.sortBy));
  return {
    patterns: sorted.slice(0, options.maxPatterns),
    meta: {
      runId: randomUUID(),
      transactions: transactions.length,
      items: words.names.length,
      candidates: effort.candidates,
      truncated: sorted.length > options.maxPatterns || words.isCut,
      partial: effort.isSpent,
      elapsedMs: Math.round(performance.now() - startedAt),
      warnings:
        transactions.length < FEW
          ? [`Only ${transactions.length} cases: patterns in so few say little.`]
          : [],
    },
  };
}

interface Job {
  readonly transactions: readonly Transaction[];
  readonly numbered: readonly (readonly number[])[];
  readonly names: readonly string[];
  readonly minCount: number;
  readonly options: DiscoverOptions;
  readonly effort: Effort;
}

const MINERS = {
  itemset: minedSets,
  rule: minedRules,
  sequence: minedSequences,
  seq_rule: minedSequenceRules,
};

function minedSets(job: Job): Pattern[] {
  return condensed(itemsetsOf(job), job).map(({ items, count }) =>
    toPattern(job, { kind: 'itemset', items: textsOf(job, items), count, tids: tidsWith(job, items) }),
  );
}

function minedRules(job: Job): Pattern[] {
  const { options, transactions, effort } = job;
  const sets = itemsetsOf(job);
  const rules = findRules(sets, {
    transactions: transactions.length,
    minConfidence: options.minConfidence,
    maxConsequent: options.maxConsequent,
    target: targetOf(job),
    minImprovement: options.minImprovement,
    effort,
  });
  return rules.filter(basisOf(sets, options.condensed)).map((rule) => ruleToPattern(job, rule));
}

/**
 * Which rules stand for all: closed keeps those whose antecedent says no more than it has to, that is, has no smaller
 * part in just as many cases (Pasquier et al. 1999); maximal those whose items are in no larger frequent set.
 */
function basisOf(sets: readonly Itemset[], kind: DiscoverOptions['condensed']): (rule: Rule) => boolean {
  if (kind === 'all') return () => true;
  if (kind === 'maximal') {
    const { maximal } = condense(sets);
    return (rule) => maximal.has(keyOf(itemsOf(rule)));
  }
  const counts = new Map(sets.map(({ items, count }) => [keyOf(items), count]));
  return ({ antecedent }) =>
    antecedent.length < 2 ||
    antecedent.every(
      (left) =>
        counts.get(keyOf(antecedent.filter((item) => item !== left))) !== counts.get(keyOf(antecedent)),
    );
}

function ruleToPattern(job: Job, rule: Rule): Pattern {
  const { table, measures, pValue, qValue } = rule;
  const [antecedent, consequent] = [textsOf(job, rule.antecedent), textsOf(job, rule.consequent)];
  const items = itemsOf(rule);
  const base = {
    kind: 'rule' as const,
    items: textsOf(job, items),
    count: table.both,
    tids: tidsWith(job, items),
  };
  return {
    ...toPattern(job, { ...base, key: [antecedent, consequent] }),
    antecedent,
    consequent,
    ...measures,
    convictionInfinite: measures.conviction === null,
    pValue,
    qValue,
    description: `${table.both} of ${table.both + table.onlyFirst} cases with ${antecedent.join(' and ')} have ${consequent.join(' and ')} (${percent(measures.confidence)}), against ${percent(measures.consequentSupport)} overall`,
  };
}

function minedSequences(job: Job): Pattern[] {
  const { options, effort, minCount } = job;
  const found = frequentSequences(stepsOf(job), {
    minCount,
    maxLength: options.maxLength,
    maxGap: options.maxGap,
    effort,
  });
  const kept = options.condensed === 'all' ? found : closedSequences(found);
  return kept.map(({ steps, count, tids }) =>
    toPattern(job, { kind: 'sequence', items: steps.map((step) => textsOf(job, step)), count, tids }),
  );
}

function minedSequenceRules(job: Job): Pattern[] {
  const { options, effort, minCount, transactions } = job;
  const found = findSequenceRules(stepsOf(job), {
    minCount,
    minConfidence: options.minConfidence,
    maxLength: options.maxLength,
    maxConsequent: options.maxConsequent,
    target: targetOf(job),
    effort,
  });
  return found.map(({ count, antecedentCount, tids, ...rule }) => {
    const [antecedent, consequent] = [textsOf(job, rule.antecedent), textsOf(job, rule.consequent)];
    const confidence = count / antecedentCount;
    const base = { kind: 'seq_rule' as const, items: [antecedent, consequent], count, tids };
    return {
      ...toPattern(job, base),
      antecedent,
      consequent,
      confidence,
      antecedentSupport: antecedentCount / transactions.length,
      description: `In ${count} of ${antecedentCount} cases, ${antecedent.join(' and ')} come before ${consequent.join(' and ')} (${percent(confidence)})`,
    };
  });
}

function itemsetsOf({ numbered, names, minCount, options, effort }: Job): Itemset[] {
  // One item more tells whether the longest that are wanted are closed.
  const more = options.condensed === 'all' ? 0 : 1;
  return frequentItemsets(numbered, names.length, { minCount, maxLength: options.maxLength + more, effort });
}

function condensed(sets: readonly Itemset[], { options }: Job): readonly Itemset[] {
  const short = sets.filter(({ items }) => items.length <= options.maxLength);
  if (options.condensed === 'all') return short;
  const kept = condense(sets)[options.condensed];
  return short.filter(({ items }) => kept.has(keyOf(items)));
}

interface Found {
  readonly kind: Pattern['kind'];
  readonly items: string[] | string[][];
  readonly count: number;
  readonly tids: readonly number[];
  /** What the id is made of. @default items */
  readonly key?: unknown;
}

function toPattern({ transactions }: Job, { kind, items, count, tids, key }: Found): Pattern {
  const cases = tids.map((tid) => transactions[tid]).filter((one) => one !== undefined);
  const moments = (moment: 'firstAt' | 'lastAt'): string[] =>
    cases.flatMap((one) => one[moment] ?? []).toSorted();
  return {
    id: createHash('sha256')
      .update(JSON.stringify([kind, key ?? items]))
      .digest('hex')
      .slice(0, 12),
    kind,
    items,
    count,
    n: transactions.length,
    support: count / transactions.length,
    description: `${count} of ${transactions.length} cases have ${items.flat().join(kind === 'sequence' ? ', then ' : ' and ')}`,
    evidence: cases.slice(0, MAX_EVIDENCE).map(({ id }) => id),
    firstSeen: moments('firstAt')[0] ?? null,
    lastSeen: moments('lastAt').at(-1) ?? null,
  };
}

function isWanted(one: Pattern, { minLift, maxQValue }: DiscoverOptions): boolean {
  const isLifted = minLift === undefined || one.lift === undefined || one.lift >= minLift;
  return isLifted && (maxQValue === undefined || one.qValue === undefined || one.qValue <= maxQValue);
}

function order(sortBy: DiscoverOptions['sortBy']): (one: Pattern, other: Pattern) => number {
  const value = (one: Pattern): number => (sortBy === 'qValue' ? -(one.qValue ?? 1) : (one[sortBy] ?? 0));
  return (one, other) =>
    value(other) - value(one) ||
    (other.lift ?? 0) - (one.lift ?? 0) ||
    other.support - one.support ||
    (one.id < other.id ? -1 : 1);
}

/** Items by number, in the order of their names; what is too rare is left out. */
function vocabulary(
  transactions: readonly Transaction[],
  minCount: number,
): {
  readonly names: readonly string[];
  readonly numbers: ReadonlyMap<string, number>;
  readonly isCut: boolean;
} {
  const counts = new Map<string, number>();
  for (const { items, steps } of transactions)
    for (const item of new Set([...items, ...steps.flat()])) counts.set(item, (counts.get(item) ?? 0) + 1);
  const frequent = [...counts].filter(([, count]) => count >= minCount);
  const kept = frequent.toSorted(([, one], [, other]) => other - one).slice(0, MAX_FREQUENT_ITEMS);
  const names = kept.map(([name]) => name).toSorted();
  return {
    names,
    numbers: new Map(names.map((name, number) => [name, number])),
    isCut: frequent.length > kept.length,
  };
}

function numbersOf(items: readonly string[], numbers: ReadonlyMap<string, number>): number[] {
  return items.flatMap((item) => numbers.get(item) ?? []).toSorted((one, other) => one - other);
}

function stepsOf({ transactions, names }: Job): number[][][] {
  const numbers = new Map(names.map((name, number) => [name, number]));
  return transactions.map(({ steps }) =>
    steps.map((step) => numbersOf(step, numbers)).filter((step) => step.length > 0),
  );
}

function targetOf({ options: { target }, names }: Job): ReadonlySet<number> | undefined {
  if (target === undefined) return undefined;
  const wanted = new Set(typeof target === 'string' ? [target] : target);
  return new Set(names.flatMap((name, number) => (wanted.has(name) ? [number] : [])));
}

/** The first few cases with all of the items. */
function tidsWith({ numbered }: Job, items: readonly number[]): number[] {
  const tids: number[] = [];
  for (const [tid, all] of numbered.entries()) if (items.every((item) => all.includes(item))) tids.push(tid);
  return tids;
}

function itemsOf({ antecedent, consequent }: Rule): number[] {
  return [...antecedent, ...consequent].toSorted((one, other) => one - other);
}

function textsOf({ names }: Job, items: readonly number[]): string[] {
  return items.map((item) => names[item] ?? '');
}

function percent(share: number): string {
  return `${Math.round(share * 100)}%`;
}
