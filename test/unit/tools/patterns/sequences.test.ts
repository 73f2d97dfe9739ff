import { describe, expect, test } from 'vitest';
import { findSequenceRules } from '../../../../src/tools/patterns/sequence-rules.ts';
import {
  closedSequences,
  frequentSequences,
  type Sequence,
} from '../../../../src/tools/patterns/sequences.ts';
import { enough, PREFIX_SPAN } from './known.ts';

const mine = (sequences: readonly Sequence[], minCount: number, maxGap?: number) =>
  frequentSequences(sequences, { minCount, maxLength: 12, maxGap, effort: enough() });

describe('frequentSequences()', () => {
  test.each([
    [2, 53, 17],
    [3, 14, 8],
  ])(
    'finds in the example of the paper, in %i of 4, %i sequences and %i closed ones',
    (minCount, all, closed) => {
      const found = mine(PREFIX_SPAN, minCount);

      expect([found.length, closedSequences(found).length]).toEqual([all, closed]);
    },
  );

  test('finds 14 where steps have one item each', () => {
    const plain = [
      [0, 1, 2, 3, 4],
      [1, 1, 1, 3, 4],
      [2, 1, 2, 2, 0],
      [1, 1, 1, 2, 2],
    ].map((steps) => steps.map((item) => [item]));

    expect(mine(plain, 2)).toHaveLength(14);
  });

  test('keeps to the gap that may lie between two steps', () => {
    const sequences = [
      [[1], [9], [2]],
      [[1], [2]],
      [[1], [8], [7], [2]],
    ];
    const countOf = (maxGap?: number): number | undefined =>
      mine(sequences, 1, maxGap).find(({ steps }) => JSON.stringify(steps) === '[[1],[2]]')?.count;

    expect([countOf(0), countOf(1), countOf()]).toEqual([1, 2, 3]);
  });

  test('takes a later match where only that one is near enough', () => {
    expect(mine([[[1], [1], [2]]], 1, 0).map(({ steps }) => JSON.stringify(steps))).toContain('[[1],[2]]');
  });
});

describe('findSequenceRules()', () => {
  test('finds the nine rules of the example', () => {
    const found = findSequenceRules(PREFIX_SPAN, {
      minCount: 3,
      minConfidence: 0.5,
      maxLength: 8,
      maxConsequent: 7,
      target: undefined,
      effort: enough(),
    });

    const texts = found.map(
      ({ antecedent, consequent, count, antecedentCount }) =>
        `${antecedent.join(',')}=>${consequent.join(',')} ${count}/${antecedentCount}`,
    );
    expect(texts.toSorted()).toEqual(
      [
        '1=>2 4/4',
        '1,3=>2 3/4',
        '1=>2,3 4/4',
        '1=>3 4/4',
        '1,2=>3 3/4',
        '1,4=>3 3/3',
        '2=>3 3/4',
        '3=>2 3/4',
        '4=>3 3/3',
      ].toSorted(),
    );
  });
});
