import { expect, test } from 'vitest';
import { toInput } from '../../../src/wrapper/to-input.ts';
import { METHODS } from '../../../src/wrapper/tool-methods.ts';

test.each([
  ['discoverPatterns', [], {}],
  ['discoverPatterns', [{ minSupport: 0.3 }], { minSupport: 0.3 }],
  [
    'submitVote',
    ['c', 'a', 'approve', 'why'],
    { consensusId: 'c', agentId: 'a', decision: 'approve', reasoning: 'why' },
  ],
  ['submitVote', [{ consensusId: 'c', agentId: 'a' }], { consensusId: 'c', agentId: 'a' }],
  ['logEvent', ['e'], { event: 'e' }],
  ['logEvent', ['e', { a: 1 }], { event: 'e', metadata: { a: 1 } }],
  ['logEvent', ['e', undefined], { event: 'e' }],
  ['trackLineage', ['workflow', { a: 1 }, { b: 2 }], { name: 'workflow', input: { a: 1 }, output: { b: 2 } }],
  ['evaluateOutput', [{ q: 1 }, ['x'], 'correct'], { input: '{"q":1}', output: '["x"]', verdict: 'correct' }],
  ['recordMetric', ['m', 0, { a: 'b' }], { name: 'm', value: 0, tags: { a: 'b' } }],
] as const)('toInput() of %s%j', (method, given, expected) => {
  expect(toInput(method, METHODS[method], given)).toEqual(expected);
});

test('toInput() tells of more values than a method takes, and which it takes', () => {
  expect(() => toInput('getPrompt', METHODS.getPrompt, ['a', 'b'])).toThrow(
    'iris.getPrompt was called with too many arguments. It takes (name) or one object.',
  );
});
