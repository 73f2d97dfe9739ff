import { expect, test } from 'vitest';
import { safeSegments, staysInside } from '../../../../src/core/copy/safe-path.ts';

test.each(['a', 'a/b.txt', '...', 'a\nb', 'a\\b', '-rf', '~', 'C:x'])('%j is a path', (path) => {
  expect(safeSegments(path, 'linux')).toEqual(path.split('/'));
});

test.each(['', '/a', 'a//b', 'a/', '.', './a', '..', 'a/../b', '../a', 'a\0b', `a/${'x'.repeat(5000)}`])(
  '%j is none',
  (path) => {
    expect(safeSegments(path, 'linux')).toBeUndefined();
  },
);

test.each(['a\\b', 'C:x', 'CON', 'nul.txt', 'a.', 'a ', 'a?'])('%j is none on Windows', (path) => {
  expect(safeSegments(path, 'win32')).toBeUndefined();
});

test.each([
  ['link', 'file', true],
  ['a/link', '../file', true],
  ['a/b/link', '../../x/y', true],
  ['link', './file', true],
  ['link', '..', false],
  ['a/link', '../..', false],
  ['a/b/link', '../../../x', false],
  // "x" may be a link itself, and what is above it is somewhere else then.
  ['a/b/link', 'x/../../..', false],
  ['a/b/link', 'x/..', false],
  ['link', '/etc', false],
  ['link', 'C:\\x', false],
  ['link', '', false],
])('a link %s to %s stays inside: %s', (path, target, isInside) => {
  expect(staysInside(path, target)).toBe(isInside);
});
