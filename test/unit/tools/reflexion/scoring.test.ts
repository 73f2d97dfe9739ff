import { assert, array, double, property } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { outcomeOf, type Evidence } from '../../../../src/tools/reflexion/outcome.ts';
import { expectedScore, scoreCriteria } from '../../../../src/tools/reflexion/score-criteria.ts';
import { taskName } from '../../../../src/tools/reflexion/task-name.ts';

const scale = { name: 'quality', weight: 1, min: 1, max: 5, threshold: 0.5 };

describe('scoreCriteria()', () => {
  test('takes the mean of samples and puts it between 0 and 1', () => {
    const [score] = scoreCriteria([scale], [{ criterion: 'quality', samples: [5, 5, 4, 4, 3] }]);

    expect(score?.score).toBeCloseTo(4.2, 12);
    expect(score?.normalized).toBeCloseTo(0.8, 12);
    expect(score?.sd).toBeCloseTo(Math.sqrt(0.7), 12);
    expect(score?.passed).toBe(true);
  });

  test('weights scores by their probability and leaves out the improbable', () => {
    expect(expectedScore({ 4: 0.6, 5: 0.39, 1: 0.005 })).toBeCloseTo(4.3939, 4);
  });

  test.each([
    [[{ criterion: 'other', score: 1 }], 'no criterion other'],
    [[], 'has no score'],
    [[{ criterion: 'quality', score: 6 }], 'not between 1 and 5'],
    [[{ criterion: 'quality', samples: [1, Number.NaN] }], 'not between'],
    [
      [
        { criterion: 'quality', score: 2 },
        { criterion: 'quality', score: 3 },
      ],
      'two scores',
    ],
  ])('refuses %j', (given, message) => {
    expect(() => scoreCriteria([scale], given)).toThrow(message);
  });

  test('keeps every score between 0 and 1', () => {
    assert(
      property(array(double({ min: 1, max: 5, noNaN: true }), { minLength: 1, maxLength: 20 }), (samples) => {
        const [score] = scoreCriteria([scale], [{ criterion: 'quality', samples }]);
        expect(score?.normalized).toBeGreaterThanOrEqual(-1e-12);
        expect(score?.normalized).toBeLessThanOrEqual(1 + 1e-12);
      }),
      { numRuns: 100 },
    );
  });
});

describe('outcomeOf()', () => {
  const nothing: Evidence = { by: 'human', scores: [], checks: [] };
  const score = (normalized: number, weight = 1) => ({ normalized, weight, passed: normalized >= 0.5 });
  const check = (passed: boolean, required = false, weight = 1) => ({ passed, required, weight });

  test.each([
    ['nothing is known', {}, ['unknown', null, null, 'none']],
    ['somebody said correct', { verdict: 'correct' as const }, ['correct', 1, true, 'human']],
    [
      'an agent said partial',
      { verdict: 'partial' as const, by: 'agent' as const },
      ['partial', 0.5, false, 'agent'],
    ],
    [
      'a verdict stands against scores',
      { verdict: 'incorrect' as const, scores: [score(1)] },
      ['incorrect', 0, false, 'human'],
    ],
    ['scores are high', { scores: [score(1, 3), score(0.2, 1)] }, ['correct', 0.8, false, 'judge']],
    ['scores are low', { scores: [score(0.4)] }, ['incorrect', 0.4, false, 'judge']],
    ['scores are between', { scores: [score(0.6)] }, ['partial', 0.6, true, 'judge']],
    ['checks pass', { checks: [check(true), check(true)] }, ['correct', 1, true, 'checks']],
    ['half of the checks pass', { checks: [check(true), check(false)] }, ['partial', 0.5, false, 'checks']],
    [
      'a required check fails',
      { checks: [check(true, false, 9), check(false, true)] },
      ['incorrect', 0.9, false, 'checks'],
    ],
    [
      'criteria count more than checks',
      { scores: [score(1)], checks: [check(false)] },
      ['correct', 1, true, 'judge'],
    ],
    [
      'a required check closes the way',
      { scores: [score(1)], checks: [check(false, true)] },
      ['incorrect', 1, false, 'judge'],
    ],
  ] as const)('when %s', (_, evidence, [verdict, value, pass, source]) => {
    const outcome = outcomeOf({ ...nothing, ...evidence });

    expect(outcome).toMatchObject({ verdict, pass, source });
    if (value === null) expect(outcome.score).toBeNull();
    else expect(outcome.score).toBeCloseTo(value, 12);
  });
});

test('taskName() is the same for inputs that differ in case and space', () => {
  expect(taskName(' Hello \n World ')).toBe(taskName('hello world'));
  expect(taskName('hello world')).toBe('task:b94d27b9934d');
});
