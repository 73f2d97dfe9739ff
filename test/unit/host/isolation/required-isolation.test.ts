import { expect, test } from 'vitest';
import { demand, satisfies } from '../../../../src/host/isolation/required-isolation.ts';

test.each([
  ['bubblewrap', 'namespaces', true],
  ['util-linux', 'namespaces', true],
  ['landlock', 'namespaces', false],
  ['sandbox-exec', 'namespaces', false],
  ['none', 'reduced', false],
  ['landlock', 'reduced', true],
  ['util-linux', 'bubblewrap', false],
  ['bubblewrap', 'bubblewrap', true],
  ['none', 'any', true],
] as const)('%s where %s is required: %s', (rung, required, expected) => {
  expect(satisfies(rung, required)).toBe(expected);
});

test('a rung asked for by name that is less than required is refused with both words', () => {
  expect(() => demand('none', 'namespaces')).toThrow(/"none" \(level none\).*"namespaces"/);
  expect(() => demand('landlock', 'landlock')).not.toThrow();
});
