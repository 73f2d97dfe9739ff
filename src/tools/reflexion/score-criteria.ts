import type { Criterion, GivenScore } from '../../contract/tools/reflexion.ts';
import { IrisError } from '../../core/errors.ts';

/** The score of one criterion on its own scale and from 0 to 1. */
export interface CriterionScore {
  readonly criterion: string;
  readonly score: number;
  readonly normalized: number;
  readonly passed: boolean;
  readonly weight: number;
  readonly samples?: readonly number[] | undefined;
  /** Of the samples; null where there is only one. */
  readonly sd?: number | null | undefined;
  readonly reason?: string | undefined;
}

/** What is less probable is noise of the judge. */
const LEAST_PROBABILITY = 0.01;

/** Puts given scores on their criteria. Throws IRIS_INVALID_ARGUMENT for what is missing, unknown or off its scale. */
export function scoreCriteria(
  criteria: readonly Criterion[],
  given: readonly GivenScore[],
): readonly CriterionScore[] {
  const scores = new Map(given.map((one) => [one.criterion, one]));
  const unknown = given.find(({ criterion }) => criteria.every(({ name }) => name !== criterion));
  if (unknown !== undefined)
    throw invalid(`There is no criterion ${unknown.criterion}`, `It is one of ${names(criteria)}.`);
  if (scores.size < given.length) throw invalid('A criterion has two scores', 'Send several as samples.');
  return criteria.map((criterion) => {
    const score = scores.get(criterion.name);
    if (score === undefined)
      throw invalid(`The criterion ${criterion.name} has no score`, `Score all of ${names(criteria)}.`);
    return scoreOne(criterion, score);
  });
}

/** The criteria that scores stand for where none were named: each from 0 to 1. */
export function impliedCriteria(given: readonly GivenScore[]): readonly Criterion[] {
  return given.map(({ criterion }) => ({ name: criterion, weight: 1, min: 0, max: 1, threshold: 0.5 }));
}

function scoreOne(criterion: Criterion, given: GivenScore): CriterionScore {
  const { name, min, max, threshold, weight } = criterion;
  const { samples, probabilities, reason } = given;
  const values = samples ?? (given.score === undefined ? [] : [given.score]);
  const all = [...values, ...Object.keys(probabilities ?? {}).map(Number)];
  const outside = all.find((value) => !(value >= min && value <= max));
  if (outside !== undefined)
    throw invalid(
      `The score ${outside} of ${name} is not between ${min} and ${max}`,
      'Use the scale of the criterion.',
    );
  const score = probabilities === undefined ? meanOf(values) : expectedScore(probabilities);
  const normalized = (score - min) / (max - min);
  return {
    criterion: name,
    score,
    normalized,
    passed: normalized >= threshold,
    weight,
    ...(samples === undefined ? {} : { samples, sd: deviationOf(samples) }),
    ...(reason === undefined ? {} : { reason }),
  };
}

/** The expected score; what is improbable is left out, and the rest counts as all there is. */
export function expectedScore(probabilities: Readonly<Record<string, number>>): number {
  const likely = Object.entries(probabilities).filter(([, chance]) => chance >= LEAST_PROBABILITY);
  const total = likely.reduce((sum, [, chance]) => sum + chance, 0);
  if (total === 0) throw invalid('No score has a probability of 0.01 or more', 'Send the score itself.');
  return likely.reduce((sum, [score, chance]) => sum + Number(score) * chance, 0) / total;
}

function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** The standard deviation of a sample. */
function deviationOf(values: readonly number[]): number | null {
  if (values.length < 2) return null;
  const mean = meanOf(values);
  return Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / (values.length - 1));
}

function names(criteria: readonly Criterion[]): string {
  return criteria.map(({ name }) => name).join(', ');
}

function invalid(message: string, hint: string): IrisError {
  return new IrisError('IRIS_INVALID_ARGUMENT', message, { hint });
}
