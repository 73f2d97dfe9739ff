import { cohenKappa } from './cohen-kappa.ts';
import { kendall, spearman } from './rank-correlation.ts';

/** What two judges said of the same output. */
export interface VerdictPair {
  readonly first: JudgedOutput;
  readonly second: JudgedOutput;
}

interface JudgedOutput {
  readonly verdict: string;
  readonly score: number | null;
}

export interface Agreement {
  readonly pairs: number;
  readonly agreement: number | null;
  readonly kappa: number | null;
  readonly spearman: number | null;
  readonly kendall: number | null;
  readonly table: readonly { readonly first: string; readonly second: string; readonly count: number }[];
}

/** Measures how far two judges agree; null is what the pairs do not suffice for. */
export function agreementOf(pairs: readonly VerdictPair[]): Agreement {
  const verdicts = pairs.map(({ first, second }) => [first.verdict, second.verdict] as const);
  const scores = pairs.flatMap(({ first, second }) =>
    first.score === null || second.score === null ? [] : [[first.score, second.score] as const],
  );
  const equal = verdicts.filter(([first, second]) => first === second).length;
  return {
    pairs: pairs.length,
    agreement: pairs.length === 0 ? null : equal / pairs.length,
    kappa: cohenKappa(verdicts) ?? null,
    spearman: spearman(scores) ?? null,
    kendall: kendall(scores) ?? null,
    table: countsOf(verdicts),
  };
}

function countsOf(verdicts: readonly (readonly [string, string])[]): Agreement['table'] {
  const counts = new Map<string, { first: string; second: string; count: number }>();
  for (const [first, second] of verdicts) {
    const key = `${first} ${second}`;
    counts.set(key, { first, second, count: (counts.get(key)?.count ?? 0) + 1 });
  }
  return [...counts.values()].toSorted((a, b) => b.count - a.count);
}
