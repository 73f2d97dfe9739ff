import type { Verdict, VerdictSource } from '../../contract/tools/reflexion.ts';

export interface Evidence {
  /** What somebody decided, which counts more than what was measured. */
  readonly verdict?: Exclude<Verdict, 'unknown'> | undefined;
  readonly by: 'human' | 'agent';
  readonly scores: readonly {
    readonly normalized: number;
    readonly weight: number;
    readonly passed: boolean;
  }[];
  readonly checks: readonly {
    readonly passed: boolean;
    readonly weight: number;
    readonly required: boolean;
  }[];
}

export interface Outcome {
  readonly verdict: Verdict;
  /** From 0 to 1. */
  readonly score: number | null;
  readonly pass: boolean | null;
  readonly source: VerdictSource;
}

const SCORES = { correct: 1, partial: 0.5, incorrect: 0 } as const;
const CORRECT_FROM = 0.8;
const INCORRECT_TO = 0.4;
/** Sums of weights are a little off: 0.1 + 0.7 is less than 0.8. */
const EPSILON = 1e-9;

/** Draws verdict, score and pass from what is known of an output. */
export function outcomeOf({ verdict, by, scores, checks }: Evidence): Outcome {
  const gates = [...scores, ...checks.filter(({ required }) => required)].map(({ passed }) => passed);
  const areOpen = gates.every(Boolean);
  if (verdict !== undefined)
    return { verdict, score: SCORES[verdict], pass: verdict === 'correct' && areOpen, source: by };
  const score = scores.length > 0 ? weighted(scores.map(toPart)) : weighted(checks.map(toShare));
  if (score === undefined) return { verdict: 'unknown', score: null, pass: null, source: 'none' };
  const hasFailed = checks.some(({ required, passed }) => required && !passed);
  const measured = hasFailed ? 'incorrect' : verdictOf(score);
  return {
    verdict: measured,
    score,
    pass: gates.length > 0 ? areOpen : measured === 'correct',
    source: scores.length > 0 ? 'judge' : 'checks',
  };
}

function verdictOf(score: number): Verdict {
  if (score >= CORRECT_FROM - EPSILON) return 'correct';
  return score <= INCORRECT_TO + EPSILON ? 'incorrect' : 'partial';
}

interface Part {
  readonly value: number;
  readonly weight: number;
}

function toPart({ normalized, weight }: Evidence['scores'][number]): Part {
  return { value: normalized, weight };
}

function toShare({ passed, weight }: Evidence['checks'][number]): Part {
  return { value: passed ? 1 : 0, weight };
}

function weighted(parts: readonly Part[]): number | undefined {
  if (parts.length === 0) return undefined;
  const total = parts.reduce((sum, { weight }) => sum + weight, 0);
  const mean = parts.reduce((sum, { value, weight }) => sum + value * weight, 0) / total;
  return Math.min(1, Math.max(0, mean));
}
