import type { Effort } from './effort.ts';
import { keyOf } from './condense.ts';
import type { Itemset } from './itemsets.ts';
import {
  benjaminiHochberg,
  fisherGreater,
  logFactorials,
  riskDifference,
  type TwoByTwo,
} from './statistics.ts';

/** If all of the antecedent, then all of the consequent; by item numbers. */
export interface Rule {
  readonly antecedent: readonly number[];
  readonly consequent: readonly number[];
  readonly table: TwoByTwo;
  readonly measures: Measures;
  readonly pValue: number;
  readonly qValue: number;
}

export interface Measures {
  readonly support: number;
  readonly antecedentSupport: number;
  readonly consequentSupport: number;
  readonly confidence: number;
  readonly lift: number;
  readonly leverage: number;
  /** null is infinite: the rule has no exception. */
  readonly conviction: number | null;
  readonly zhang: number;
  readonly jaccard: number;
  readonly riskDifference: { readonly value: number; readonly low: number; readonly high: number };
}

export interface RuleOptions {
  readonly transactions: number;
  readonly minConfidence: number;
  readonly maxConsequent: number;
  /** Keeps rules that lead to one of these items alone. */
  readonly target: ReadonlySet<number> | undefined;
  readonly minImprovement: number;
  readonly effort: Effort;
}

/** Comparisons of counts, where one of shares would lose a rule to rounding. */
const TINY = 1e-9;

/**
 * The rules that frequent sets give. The q-values are over all candidates, before any is left out for its
 * confidence: choosing first would make chance look like discovery.
 */
export function findRules(itemsets: readonly Itemset[], options: RuleOptions): Rule[] {
  const counts = new Map(itemsets.map(({ items, count }) => [keyOf(items), count]));
  const candidates = candidatesOf(itemsets, counts, options);
  const logs = logFactorials(options.transactions);
  const pValues = candidates.map(({ table }) => fisherGreater(table, logs));
  const qValues = benjaminiHochberg(pValues);
  return candidates.flatMap((candidate, index) => {
    const { table } = candidate;
    const isSure = table.both >= options.minConfidence * (table.both + table.onlyFirst) - TINY;
    if (!isSure || !improves(candidate, counts, options.minImprovement)) return [];
    return [
      { ...candidate, measures: measure(table), pValue: pValues[index] ?? 1, qValue: qValues[index] ?? 1 },
    ];
  });
}

/** The measures of a rule from its counts. */
export function measure(table: TwoByTwo): Measures {
  const { both, onlyFirst, onlySecond, neither } = table;
  const n = both + onlyFirst + onlySecond + neither;
  const [first, second] = [both + onlyFirst, both + onlySecond];
  const confidence = both / first;
  const leverage = both / n - (first / n) * (second / n);
  const largest = Math.max((both / n) * (1 - first / n), (first / n) * (second / n - both / n));
  return {
    support: both / n,
    antecedentSupport: first / n,
    consequentSupport: second / n,
    confidence,
    lift: (both * n) / (first * second),
    leverage,
    conviction: onlyFirst === 0 ? null : (1 - second / n) / (1 - confidence),
    zhang: largest === 0 ? 0 : leverage / largest,
    jaccard: both / (first + second - both),
    riskDifference: riskDifference(table),
  };
}

type Candidate = Pick<Rule, 'antecedent' | 'consequent' | 'table'>;

function candidatesOf(
  itemsets: readonly Itemset[],
  counts: ReadonlyMap<string, number>,
  { transactions, maxConsequent, target, effort }: RuleOptions,
): Candidate[] {
  const candidates: Candidate[] = [];
  for (const { items, count } of itemsets) {
    if (items.length < 2) continue;
    for (const { part: consequent, rest: antecedent } of splits(items, maxConsequent)) {
      if (target !== undefined && !consequent.every((item) => target.has(item))) continue;
      const first = counts.get(keyOf(antecedent)) ?? count;
      const second = counts.get(keyOf(consequent)) ?? count;
      const table = {
        both: count,
        onlyFirst: first - count,
        onlySecond: second - count,
        neither: transactions - first - second + count,
      };
      candidates.push({ antecedent, consequent, table });
      if (!effort.spend(1)) return candidates;
    }
  }
  return candidates;
}

/** Whether a rule is surer than each that asks for less and promises the same. */
function improves(
  { antecedent, consequent, table }: Candidate,
  counts: ReadonlyMap<string, number>,
  minImprovement: number,
): boolean {
  if (minImprovement <= -1 || antecedent.length < 2) return true;
  const confidence = table.both / (table.both + table.onlyFirst);
  for (const { part: simpler } of splits(antecedent, antecedent.length - 1)) {
    const both = counts.get(keyOf([...simpler, ...consequent].toSorted((one, other) => one - other)));
    const first = counts.get(keyOf(simpler));
    if (both !== undefined && first !== undefined && confidence - both / first < minImprovement - TINY)
      return false;
  }
  return true;
}

/** Every way to take up to `most` items out of a set, and leave some. */
function* splits(
  items: readonly number[],
  most: number,
): Generator<{ readonly part: readonly number[]; readonly rest: readonly number[] }, void> {
  for (let mask = 1; mask < 2 ** items.length - 1; mask++) {
    const part = items.filter((_item, index) => (mask >>> index) & 1);
    if (part.length <= most) yield { part, rest: items.filter((_item, index) => !((mask >>> index) & 1)) };
  }
}
