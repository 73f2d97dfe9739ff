import { describe, expect, test } from 'vitest';
import type { Rules } from '../../../../src/tools/consensus/ballot.ts';
import { isSettled } from '../../../../src/tools/consensus/settled.ts';
import { countBallots, quorumOf } from '../../../../src/tools/consensus/tally.ts';
import { formatWeight } from '../../../../src/tools/consensus/weight.ts';
import { cast, motion, votes } from './ballots.ts';

const TWO_THIRDS = { threshold: { num: 2, den: 3, strict: false } };
const outcome = (rules: Rules, ballots: ReturnType<typeof votes>): string =>
  countBallots(rules, ballots).outcome;

describe('a motion', () => {
  test.for([
    ['two thirds of the votes cast', 30, 15, 15, TWO_THIRDS, 'approved'],
    ['two thirds of those present', 30, 15, 15, { ...TWO_THIRDS, base: 'present' as const }, 'rejected'],
    ['a majority of the votes cast', 9, 5, 4, {}, 'approved'],
    ['a majority of those present', 9, 5, 4, { base: 'present' as const }, 'rejected'],
    ['a majority of those present', 7, 4, 2, { base: 'present' as const }, 'approved'],
    ['two thirds of the votes cast', 7, 4, 2, TWO_THIRDS, 'rejected'],
    ['a majority of those present', 2, 1, 10, { base: 'present' as const }, 'rejected'],
    ['two thirds of the votes cast', 2, 1, 10, TWO_THIRDS, 'approved'],
    ['two thirds', 17, 8, 0, TWO_THIRDS, 'approved'],
    ['two thirds', 67, 34, 0, TWO_THIRDS, 'rejected'],
    ['two thirds', 68, 33, 0, TWO_THIRDS, 'approved'],
    ['a majority', 5, 5, 3, {}, 'tied'],
    ['a majority', 0, 0, 3, {}, 'no_quorum'],
    ['three quarters', 3, 1, 0, { threshold: { num: 3, den: 4, strict: false } }, 'approved'],
    ['everybody', 4, 0, 9, { threshold: { num: 1, den: 1, strict: false } }, 'approved'],
    ['everybody', 4, 1, 0, { threshold: { num: 1, den: 1, strict: false } }, 'rejected'],
  ] as const)(
    'that needs %s, with %i for, %i against and %i neither',
    ([, yes, no, neither, rules, expected]) => {
      expect(outcome(motion(rules), votes(yes, no, neither))).toBe(expected);
    },
  );

  test('says what it needs: of 18 present, 10', () => {
    const { needed, reason } = countBallots(motion({ base: 'present' }), votes(9, 5, 4));

    // The least weight above nine: a vote may weigh less than one.
    expect(formatWeight(needed ?? 0n)).toBe('9.0001');
    expect(reason).toBe('approve has 9 of 18, and needs 9.0001');
  });

  test('fails without its quorum, to which all votes count', () => {
    const eligible = new Map(Array.from({ length: 13 }, (_, index) => [`v${index}`, 10_000n] as const));
    const rules = motion({ quorum: 2 / 3, eligible });

    expect(quorumOf(rules)).toBe(9);
    expect(outcome(rules, votes(6, 0, 2))).toBe('no_quorum');
    expect(outcome(rules, votes(6, 0, 3))).toBe('approved');
  });

  test('is stopped by a veto at once, and by no other rejection', () => {
    const rules = motion({ veto: ['guard'] });
    const guard = cast({ agentId: 'guard', decision: 'reject' });

    expect(outcome(rules, [...votes(9, 0), guard])).toBe('vetoed');
    expect(outcome(rules, [...votes(9, 0), cast({ agentId: 'guard', decision: 'abstain' })])).toBe(
      'approved',
    );
  });

  test('adds weights exactly', () => {
    const tenths = Array.from({ length: 10 }, (_, index) =>
      cast({ agentId: `t${index}`, decision: 'approve', weight: '0.1' }),
    );

    expect(outcome(motion(), [...tenths, cast({ agentId: 'one', decision: 'reject', weight: '1' })])).toBe(
      'tied',
    );
  });

  test('by the voters who were right more often beats the majority of the others', () => {
    // Accuracies of .9, .6 and .6 as log-odds: one good voter outweighs two poor ones.
    const good = cast({ agentId: 'good', decision: 'approve', weight: '2.1972' });
    const poor = ['p1', 'p2'].map((agentId) => cast({ agentId, decision: 'reject', weight: '0.4055' }));

    expect(outcome(motion(), [good, ...poor])).toBe('approved');
  });
});

describe('a choice', () => {
  const abc = { options: ['A', 'B', 'C', 'abstain'] };

  test('by plurality takes the most, and tells a tie', () => {
    const rules = motion({ ...abc, method: 'plurality' });
    const ballots = ['A', 'A', 'B', 'C', 'abstain', 'abstain', 'abstain'].map((decision, index) =>
      cast({ agentId: `v${index}`, decision }),
    );

    expect(outcome(rules, ballots)).toBe('choice:A');
    expect(countBallots(rules, ballots.slice(1))).toMatchObject({
      outcome: 'tied',
      winners: ['A', 'B', 'C'],
    });
  });

  test('by approval counts everybody that is approved of', () => {
    const rules = motion({ ...abc, method: 'approval' });
    const ballots = [['A', 'B'], ['B'], ['C'], []].map((approvals, index) =>
      cast({ agentId: `v${index}`, approvals }),
    );

    expect(outcome(rules, ballots)).toBe('choice:B');
  });

  test('by majority needs more than half', () => {
    const ballots = ['A', 'A', 'B', 'C'].map((decision, index) => cast({ agentId: `v${index}`, decision }));

    expect(outcome(motion(abc), ballots)).toBe('rejected');
    expect(outcome(motion(abc), ballots.slice(0, 3))).toBe('choice:A');
  });
});

describe('isSettled()', () => {
  const five = (more: Partial<Rules> = {}): Rules =>
    motion({
      eligible: new Map(['v0', 'v1', 'v2', 'v3', 'v4'].map((id) => [id, 10_000n] as const)),
      ...more,
    });

  test.for([
    [3, 0, 0, five(), true],
    [2, 0, 0, five(), false],
    [2, 1, 0, five(), false],
    [0, 3, 0, five(), true],
    [3, 0, 0, five({ quorum: 4 }), false],
    [3, 0, 0, five({ veto: ['v4'] }), false],
    [1, 2, 0, five({ base: 'eligible' }), false],
    [1, 3, 0, five({ base: 'eligible' }), true],
    [4, 0, 0, five({ threshold: { num: 1, den: 1, strict: false } }), false],
    [0, 1, 0, five({ threshold: { num: 1, den: 1, strict: false } }), true],
    [5, 0, 0, motion(), false],
  ] as const)('with %i for, %i against, %i neither of five', ([yes, no, neither, rules, expected]) => {
    expect(isSettled(rules, votes(yes, no, neither))).toBe(expected);
  });
});
