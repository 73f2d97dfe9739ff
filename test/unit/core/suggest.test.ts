import { expect, test } from 'vitest';
import { suggest } from '../../../src/core/suggest.ts';

const KEYS = ['timeout', 'sandbox', 'sandboxTimeout', 'env', 'cwd'];

test.each([
  ['timout', 'timeout'],
  ['tiemout', 'timeout'],
  ['TIMEOUT', 'timeout'],
  ['sandboxtimeut', 'sandboxTimeout'],
  ['evn', 'env'],
  ['sandbx', 'sandbox'],
])('suggest answers %s with %s', (word, expected) => {
  expect(suggest(word, KEYS)).toBe(expected);
});

test.each(['memory', 'x', '', 'template'])('suggest stays silent for %j', (word) => {
  expect(suggest(word, KEYS)).toBeUndefined();
});
