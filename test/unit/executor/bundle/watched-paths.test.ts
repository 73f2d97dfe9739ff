import type { Metafile } from 'esbuild';
import { expect, test } from 'vitest';
import { inputFiles, watchedPaths } from '../../../../src/executor/bundle/watched-paths.ts';

type Import = Metafile['inputs'][string]['imports'][number];

function metafile(inputs: Readonly<Record<string, readonly Import[]>>): Metafile {
  const entries = Object.entries(inputs).map(([name, imports]) => [
    name,
    { bytes: 1, imports: [...imports] },
  ]);
  return { inputs: Object.fromEntries(entries), outputs: {} };
}

const META = metafile({
  'src/a.ts': [
    { path: 'node:fs', kind: 'import-statement', external: true },
    { path: 'optional/sub', kind: 'require-call', external: true },
    { path: './gone.ts', kind: 'dynamic-import', external: true },
    { path: '<runtime>', kind: 'import-statement', external: true },
  ],
  "src/d.json with { type: 'json' }": [],
  'iris-meta:/me/proj/src/a.ts': [],
  'node_modules/@s/p/lib/x.js': [],
  '<runtime>': [],
});

test('inputFiles() names files only, without their attributes', () => {
  expect(inputFiles(META, '/me/proj')).toEqual([
    '/me/proj/src/a.ts',
    '/me/proj/src/d.json',
    '/me/proj/node_modules/@s/p/lib/x.js',
  ]);
});

test('watchedPaths() minds configurations, packages and folders that could change the outcome', () => {
  const { files, folders } = watchedPaths(META, '/me/proj');

  const watched = new Set(files);
  expect([...folders]).toEqual(['/me/proj/src']);
  for (const expected of [
    '/me/proj/src/a.ts',
    '/me/proj/src/tsconfig.json',
    '/me/proj/tsconfig.json',
    '/me/package.json',
    '/me/proj/node_modules/@s/p/lib/package.json',
    '/me/proj/node_modules/@s/p/package.json',
    '/me/proj/src/node_modules/optional',
    '/node_modules/optional',
  ]) {
    expect(watched).toContain(expected);
  }
  expect(watched).not.toContain('/me/proj/node_modules/package.json');
  expect([...watched].filter((file) => file.includes('gone') || file.includes('runtime'))).toEqual([]);
});
