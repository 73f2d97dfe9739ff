import { expect, test } from 'vitest';
import { runCapped } from '../../../src/core/run-capped.ts';

test('runCapped() returns what the work returned', () => {
  expect(runCapped(() => 7, 1000)).toEqual({ type: 'finished', value: 7 });
});

test('runCapped() ends a regular expression that goes back for ever', () => {
  expect(runCapped(() => /^(a+)+$/.test(`${'a'.repeat(60)}!`), 50)).toEqual({ type: 'timed-out' });
});

test('runCapped() throws what the work throws', () => {
  const work = (): never => {
    throw new TypeError('broken');
  };

  expect(() => runCapped(work, 1000)).toThrow(new TypeError('broken'));
});
