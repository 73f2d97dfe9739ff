import { expect, test } from 'vitest';
import { isSameSecret } from '../../../../src/host/http/same-secret.ts';

test('isSameSecret() is true for the secret alone', () => {
  expect(isSameSecret('abc', 'abc')).toBe(true);
});

test.each([[undefined], [''], ['ab'], ['abcd'], ['abd'], [['abc']], ['äbc']])(
  'isSameSecret() refuses %j',
  (presented) => {
    expect(isSameSecret(presented, 'abc')).toBe(false);
  },
);
