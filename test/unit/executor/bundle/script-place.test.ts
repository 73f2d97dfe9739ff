import { expect, test } from 'vitest';
import {
  isScriptExtension,
  toBundleName,
  toSandboxFile,
  toShownPath,
} from '../../../../src/executor/bundle/script-place.ts';

const PLACE = {
  scriptFile: '/me/proj/src/a.ts',
  localDir: '/me/proj',
  servers: [],
  externals: [],
  sandboxDir: '/home/user',
};

test.each([
  ['/me/proj/src/a.ts', '/home/user/src/a.ts'],
  ['/me/proj/..hidden/a.ts', '/home/user/..hidden/a.ts'],
  ['/me/shared/b.ts', '/home/user/.iris/outside/shared/b.ts'],
  ['/opt/c.ts', '/home/user/.iris/outside/opt/c.ts'],
])('toSandboxFile() maps %s to %s', (local, expected) => {
  expect(toSandboxFile(PLACE, local)).toBe(expected);
});

test.each([
  ['/me/proj/src/a.ts', 'src/a.ts'],
  ['/me/shared/b.ts', '../shared/b.ts'],
])('toShownPath() shows %s as %s', (local, expected) => {
  expect(toShownPath(PLACE.localDir, local)).toBe(expected);
});

test.each([
  ['/me/hello.ts', 'hello.mjs'],
  ['/me/a.test.mts', 'a.test.mjs'],
  ['/me/line\nbreak.ts', 'line_break.mjs'],
])('toBundleName() calls the bundle of %j %s', (script, expected) => {
  expect(toBundleName(script)).toBe(expected);
});

test('isScriptExtension() knows scripts and nothing that every object has', () => {
  expect(['.ts', '.mts', '.cjs', '.tsx'].every(isScriptExtension)).toBe(true);
  expect(['.py', '', 'toString', '.json'].some(isScriptExtension)).toBe(false);
});
