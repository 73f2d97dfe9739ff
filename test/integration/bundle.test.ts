import { mkdir, symlink } from 'node:fs/promises';
import { resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openBundler } from '../../src/executor/bundle/bundler.ts';
import { runBundled, scriptProject } from '../support/script-project.ts';

const FIXTURES = resolve('test/fixtures/scripts');
const bundler = openBundler();

afterAll(() => bundler[Symbol.asyncDispose]());

test.each([
  ['hello.ts', [], 'Hello, world'],
  ['top-level-await.ts', [], 'first second'],
  ['five/main.ts', [], 'average: 3'],
  ['json-import/main.ts', [], 'data 3'],
  ['alias/src/main.ts', [], 'ALIAS!'],
  ['dynamic-import/main.ts', ['square', 'circle'], 'square 4\ncircle 13\nv1'],
  ['require/main.ts', [], 'main.ts legacy.cjs is not main'],
  ['zod.ts', [], '{"name":"Ada","age":36}\nname age'],
])('a bundled %s %j prints what the sources say', async (script, args, expected) => {
  await using project = await scriptProject();

  const run = await runBundled({ bundler, localDir: FIXTURES, script, home: project.home, args });

  expect(run).toMatchObject({ stdout: expected, stderr: '', exitCode: 0 });
  expect(run.bundle.warnings).toEqual([]);
});

test('a bundled script sees its arguments, and its own name before them', async () => {
  await using project = await scriptProject();

  const args = ['one', '--two', 'drei äö'];
  const run = await runBundled({ bundler, localDir: FIXTURES, script: 'args.ts', home: project.home, args });

  expect(JSON.parse(run.stdout)).toEqual({ script: 'args.ts', args });
  expect(run.exitCode).toBe(3);
});

test('a bundle names every local file that went in', async () => {
  const bundle = await bundler.bundle({
    scriptFile: resolve(FIXTURES, 'five/main.ts'),
    localDir: FIXTURES,
    sandboxDir: '/home/user',
  });

  expect(bundle.fileName).toBe('main.mjs');
  expect(bundle.sha256).toMatch(/^[0-9a-f]{64}$/);
  expect(bundle.inputs.map((file) => file.slice(FIXTURES.length)).toSorted()).toEqual([
    '/five/average.ts',
    '/five/format.ts',
    '/five/label.mts',
    '/five/main.ts',
    '/five/read-numbers.ts',
    '/five/sum.ts',
  ]);
});

const CJS_PACKAGE = {
  'node_modules/old/package.json': '{ "name": "old", "main": "index.js" }',
  'node_modules/old/index.js': `
    const fs = require('fs');
    const { join } = require('node:path');
    module.exports = { hasRoot: fs.existsSync('/'), at: typeof __dirname + typeof __filename, join };`,
};
const ESM_PACKAGE = {
  'node_modules/new/package.json': '{ "name": "new", "type": "module", "exports": "./index.js" }',
  'node_modules/new/index.js': `export const url = typeof import.meta.url;\nexport default 'new';`,
};

test('CommonJS and ESM packages are bundled, and Node built-ins work in both', async () => {
  await using project = await scriptProject({
    ...CJS_PACKAGE,
    ...ESM_PACKAGE,
    'main.ts': `import old from 'old'; import name, { url } from 'new';
      console.log(old.hasRoot, old.at, old.join('a', 'b'), name, url);`,
  });

  const run = await runBundled({ bundler, localDir: project.dir, script: 'main.ts', home: project.home });

  expect(run).toMatchObject({ stdout: 'true stringstring a/b new string', stderr: '' });
});

test.each([
  ['main.mts', `const a: number = 1; console.log('mts', a, typeof require);`, 'mts 1 function'],
  ['main.cts', `import fs = require('fs'); console.log('cts', fs.existsSync('/'));`, 'cts true'],
  ['main.js', `import { sep } from 'path'; console.log('js', sep);`, 'js /'],
  ['main.mjs', `console.log('mjs', await 1);`, 'mjs 1'],
  ['main.cjs', `if (require.main === module) console.log('cjs', __dirname === process.cwd());`, 'cjs true'],
  ['main.tsx', `const h = (n: string) => n; /** @jsx h */ console.log(<b />);`, 'b'],
  ['odd name #1 %.ts', `console.log(import.meta.filename);`, '<home>/odd name #1 %.ts'],
  ['bin.ts', `#!/usr/bin/env node\nconsole.log('hashbang');`, 'hashbang'],
])('an entry %s runs', async (script, text, expected) => {
  await using project = await scriptProject({ [script]: text });

  const run = await runBundled({ bundler, localDir: project.dir, script, home: project.home });

  expect(run).toMatchObject({ stdout: expected.replace('<home>', project.home), stderr: '' });
});

test('import.meta and __dirname of local files mean their place in the sandbox', async () => {
  await using project = await scriptProject({
    'src/main.ts': `import { place } from './deep/place.ts';
      import old from './old.cjs';
      console.log([import.meta.url, import.meta.dirname, import.meta.filename, import.meta.main].join(' '));
      console.log([...place, ...old].join(' '));`,
    'src/deep/place.ts': `export const place = [import.meta.url, String(import.meta.main),
      import.meta.resolve('./x.json'), __filename];`,
    'src/old.cjs': `module.exports = [__dirname, __filename];`,
  });

  const run = await runBundled({ bundler, localDir: project.dir, script: 'src/main.ts', home: project.home });

  const { home } = project;
  expect(run.stderr).toBe('');
  expect(run.stdout.split('\n')).toEqual([
    `file://${home}/src/main.ts ${home}/src ${home}/src/main.ts true`,
    `file://${home}/src/deep/place.ts false file://${home}/src/deep/x.json ${home}/src/deep/place.ts ` +
      `${home}/src ${home}/src/old.cjs`,
  ]);
});

test.each([
  `import { pathToFileURL } from 'node:url';
   const isMain = import.meta.url === pathToFileURL(process.argv[1]!).href;`,
  `import { fileURLToPath } from 'node:url'; const isMain = fileURLToPath(import.meta.url) === process.argv[1];`,
  'const isMain = import.meta.url === `file://${process.argv[1]}`;',
  `import 'node:fs'; const isMain = require.main === module;`,
  `const isMain = import.meta.main;`,
])('a script that asks whether it is run learns that it is: %s', async (question) => {
  await using project = await scriptProject({ 'main.ts': `${question}\nconsole.log(isMain);` });

  const run = await runBundled({ bundler, localDir: project.dir, script: 'main.ts', home: project.home });

  expect(run).toMatchObject({ stdout: 'true', stderr: '' });
});

test('a file next to the script in the sandbox is found through import.meta.url', async () => {
  await using project = await scriptProject({
    'main.ts': `import { readFileSync } from 'node:fs';
      console.log(readFileSync(new URL('./data.txt', import.meta.url), 'utf8'));`,
    '../home/data.txt': 'found',
  });

  const run = await runBundled({ bundler, localDir: project.dir, script: 'main.ts', home: project.home });

  expect(run.stdout).toBe('found');
});

test('a file outside the project has a place of its own in the sandbox', async () => {
  await using project = await scriptProject({
    'main.ts': `import { url } from '../shared/url.ts'; console.log(url);`,
    '../shared/url.ts': `export const url = import.meta.url;`,
  });

  const run = await runBundled({ bundler, localDir: project.dir, script: 'main.ts', home: project.home });

  expect(run.stdout).toBe(`file://${project.home}/.iris/outside/shared/url.ts`);
});

test('names that the bundle needs can be used by the script', async () => {
  await using project = await scriptProject({
    'main.ts': `import { createRequire } from 'node:module';
      import { dirname } from 'node:path';
      import { fileURLToPath } from 'node:url';
      const require = createRequire(import.meta.url);
      const __filename = fileURLToPath(import.meta.url);
      const __dirname = dirname(__filename);
      const process = globalThis.process, module = 1, exports = 2;
      console.log(require('node:fs').existsSync(__dirname), module, exports, process.argv.length);`,
  });

  const run = await runBundled({ bundler, localDir: project.dir, script: 'main.ts', home: project.home });

  expect(run).toMatchObject({ stdout: 'true 1 2 2', stderr: '' });
});

test('a package that is missing where the script can do without stays a run-time error', async () => {
  await using project = await scriptProject({
    'main.ts': `
      try { require('not-there'); } catch (error) { console.log(error.code); }
      try { await import('not-there-either'); } catch (error) { console.log(error.code); }
      await import('./gone.ts').catch((error) => console.log(error.code));`,
  });

  const run = await runBundled({ bundler, localDir: project.dir, script: 'main.ts', home: project.home });

  expect(run.stdout).toBe('MODULE_NOT_FOUND\nERR_MODULE_NOT_FOUND\nERR_MODULE_NOT_FOUND');
});

test('decorators and class fields follow the tsconfig nearest to the file', async () => {
  await using project = await scriptProject({
    'tsconfig.json': '{ "compilerOptions": { "experimentalDecorators": true } }',
    'main.ts': `function log(target: object, key: string): void { console.log(typeof target, key); }
      class Service { @log run(): void {} }
      console.log(typeof new Service(), import.meta.main, __dirname.length > 0);`,
  });

  const run = await runBundled({ bundler, localDir: project.dir, script: 'main.ts', home: project.home });

  expect(run).toMatchObject({ stdout: 'object run\nobject true true', stderr: '' });
});

test('a project that is reached through a link is the project itself', async () => {
  await using project = await scriptProject({ 'real/main.ts': 'console.log(import.meta.url);' });
  await mkdir(project.file('links'));
  await symlink(project.file('real'), project.file('links/linked'));
  const localDir = project.file('links/linked');

  const run = await runBundled({ bundler, localDir, script: 'main.ts', home: project.home });

  expect(run.stdout).toBe(`file://${project.home}/main.ts`);
});
