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

test('suggest prefers the nearest, and the first of those that are as near', () => {
  expect(suggest('agent_stats', ['agent_states', 'agent_status', 'agent_stat'])).toBe('agent_states');
  expect(suggest('metric_recrod', ['metric_records', 'metric_record'])).toBe('metric_record');
});
