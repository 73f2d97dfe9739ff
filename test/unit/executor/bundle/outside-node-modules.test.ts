import { expect, test } from 'vitest';
import { scriptsOutsideNodeModules } from '../../../../src/executor/bundle/outside-node-modules.ts';

test.each([
  '/a.ts',
  '/home/me/proj/src/a.mts',
  '/home/me/node/a.cjs',
  '/home/me/node_modules2/a.jsx',
  '/home/me/node_module/a.ts',
  '/home/me/xnode_modules/a.ts',
  '/home/me/node_modules.ts',
  '/home/me/ünode/ä ö.ts',
  'C:\\proj\\src\\a.ts',
])('scriptsOutsideNodeModules() matches %s', (path) => {
  expect(scriptsOutsideNodeModules().test(path)).toBe(true);
});

test.each([
  '/home/me/node_modules/zod/index.js',
  '/node_modules/a.ts',
  'C:\\proj\\node_modules\\zod\\index.js',
  '/home/me/proj/data.json',
  '/home/me/proj/native.node',
  '/home/me/proj/ts',
])('scriptsOutsideNodeModules() leaves out %s', (path) => {
  expect(scriptsOutsideNodeModules().test(path)).toBe(false);
});
