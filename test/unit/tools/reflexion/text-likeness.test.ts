import { assert, property, string } from 'fast-check';
import { describe, expect, test } from 'vitest';
import { isClose, numberIn } from '../../../../src/tools/reflexion/number-close.ts';
import { similarity } from '../../../../src/tools/reflexion/similarity.ts';
import { tokenF1 } from '../../../../src/tools/reflexion/token-f1.ts';

describe('tokenF1()', () => {
  test.each([
    ['the cat sat', 'cat sat down', 0.8],
    ['The CAT, sat!', 'cat sat', 1],
    ['a b b', 'b', 2 / 3],
    ['dog', 'cat', 0],
    ['the', 'a', 1],
    ['the', 'cat', 0],
    ['theory', 'ory', 0],
  ])('of %j and %j is %d', (text, reference, expected) => {
    expect(tokenF1(text, reference)).toBeCloseTo(expected, 12);
  });
});

describe('similarity()', () => {
  test.each([
    ['kitten', 'sitting', 1 - 3 / 7],
    ['flaw', 'lawn', 0.5],
    ['', '', 1],
    ['', 'abc', 0],
    ['same', 'same', 1],
    ['😀a', '😀b', 0.5],
    ['aaa', 'aa', 2 / 3],
  ])('of %j and %j is %d', (left, right, expected) => {
    expect(similarity(left, right)).toBeCloseTo(expected, 12);
  });

  test('is symmetric, and 1 for a text and itself', () => {
    assert(
      property(string(), string(), (left, right) => {
        expect(similarity(left, right)).toBe(similarity(right, left));
        expect(similarity(left, left)).toBe(1);
      }),
      { numRuns: 100 },
    );
  });

  test('refuses what would take too long, but not long texts with few differences', () => {
    expect(() => similarity('a'.repeat(10_000), 'b'.repeat(10_000))).toThrow(
      expect.objectContaining({ code: 'IRIS_LIMIT_EXCEEDED' }),
    );
    expect(similarity(`${'a'.repeat(100_000)}x`, `${'a'.repeat(100_000)}y`)).toBeCloseTo(1, 4);
  });
});

describe('numbers', () => {
  test.each([
    ['42', 42],
    [' -1.5e3 ', -1500],
    ['The answer is 1,234.5.', 1234.5],
    ['2 + 2 = 4', 4],
    ['none', undefined],
    ['', undefined],
    ['Infinity', undefined],
  ])('in %j: %s', (text, expected) => {
    expect(numberIn(text)).toBe(expected);
  });

  test.each([
    [1, 1 + 1e-7, { absTol: 0, relTol: 1e-6 }, true],
    [1, 1 + 1e-5, { absTol: 0, relTol: 1e-6 }, false],
    [0, 0.01, { absTol: 0.01, relTol: 0 }, true],
    [0, 1e-12, { absTol: 0, relTol: 1e-6 }, false],
  ])('%d and %d with %j are close: %s', (left, right, tolerance, expected) => {
    expect(isClose(left, right, tolerance)).toBe(expected);
  });
});
