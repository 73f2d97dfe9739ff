import { expect, test } from 'vitest';
import { isPathImport, packageNameOf } from '../../../../src/executor/bundle/package-name.ts';

test.each([
  ['zod', 'zod'],
  ['zod/mini', 'zod'],
  ['@scope/name', '@scope/name'],
  ['@scope/name/deep/file.js', '@scope/name'],
])('packageNameOf() takes %s as %s', (specifier, expected) => {
  expect(packageNameOf(specifier)).toBe(expected);
});

test('isPathImport() tells files from packages', () => {
  expect(['.', '..', './a', '../a', '/a', 'C:\\a'].filter(isPathImport)).toHaveLength(6);
  expect(['a', '.a', '@/a', '#a', 'node:fs', '...'].some(isPathImport)).toBe(false);
});
