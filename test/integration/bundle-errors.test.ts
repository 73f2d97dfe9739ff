import { afterAll, expect, test } from 'vitest';
import { openBundler, type Bundle, type Bundler } from '../../src/executor/bundle/bundler.ts';
import { IrisError } from '../../src/core/errors.ts';
import { scriptProject, type ScriptProject } from '../support/script-project.ts';

const bundler = openBundler();

afterAll(() => bundler[Symbol.asyncDispose]());

async function failureOf(project: ScriptProject, script: string): Promise<IrisError> {
  const thrown: unknown = await bundle(bundler, project, script).catch((error: unknown) => error);
  if (thrown instanceof IrisError) return thrown;
  throw new Error(`Not an IrisError: ${String(thrown)}`, { cause: thrown });
}

function bundle(from: Bundler, project: ScriptProject, script: string): Promise<Bundle> {
  return from.bundle({
    scriptFile: project.file(script),
    localDir: project.dir,
    sandboxDir: '/home/user',
  });
}

const INSTALLED = {
  'node_modules/zod/package.json': '{ "name": "zod", "exports": { ".": "./index.js" } }',
  'node_modules/zod/index.js': 'export const z = 1;',
  'node_modules/@acme/tools/index.js': '',
  'node_modules/native/package.json': '{ "name": "native", "main": "native.node" }',
  'node_modules/native/native.node': 'ELF',
  'src/lib/helper.ts': 'export const helper = 1;',
};

test.each([
  [
    `import { z } from 'zodd';\nconsole.log(z);`,
    `Cannot find package 'zodd', imported by src/a.ts:1:19`,
    `Did you mean 'zod'? Otherwise install it: npm install zodd`,
  ],
  [
    `import t from '@acme/tool/sub';\nconsole.log(t);`,
    `Cannot find package '@acme/tool', imported by src/a.ts:1:15`,
    `Did you mean '@acme/tools'? Otherwise install it: npm install @acme/tool`,
  ],
  [
    `import f from 'fss';\nconsole.log(f);`,
    `Cannot find package 'fss', imported by src/a.ts:1:15`,
    `Did you mean 'fs'? Otherwise install it: npm install fss`,
  ],
  [
    `import x from 'something-else';\nconsole.log(x);`,
    `Cannot find package 'something-else', imported by src/a.ts:1:15`,
    'Install it: npm install something-else',
  ],
  [
    `import x from 'zod/mini';\nconsole.log(x);`,
    `Cannot resolve 'zod/mini', imported by src/a.ts:1:15`,
    expect.stringContaining('is not exported by package "zod"'),
  ],
  [
    `import x from 'npm:zod@4';\nconsole.log(x);`,
    `Cannot resolve 'npm:zod@4', imported by src/a.ts:1:15`,
    `Node has no 'npm:' imports: install the package and import 'zod'.`,
  ],
  [
    `import x from '@/lib/helper';\nconsole.log(x);`,
    `Cannot resolve '@/lib/helper', imported by src/a.ts:1:15`,
    expect.stringContaining('compilerOptions.paths'),
  ],
  [
    `const é = 'ü'; import { helper } from './lib/hepler';\nconsole.log(é, helper);`,
    `Cannot find './lib/hepler', imported by src/a.ts:1:39`,
    `Did you mean './lib/helper.ts'?`,
  ],
  [
    `import './lib';`,
    `Cannot find './lib', imported by src/a.ts:1:8`,
    `It is a folder without an index file. Did you mean './lib/helper.ts'?`,
  ],
  [
    `import x from 'https://esm.sh/x';\nconsole.log(x);`,
    'src/a.ts:1:15: Cannot import from a URL: https://esm.sh/x',
    'Install the package with npm and import its name.',
  ],
  [
    `import x from 'native';\nconsole.log(x);`,
    'src/a.ts:1:15: Cannot bundle the native module node_modules/native/native.node',
    'Native modules are built for one machine; let the sandbox have its own: --install native',
  ],
  [
    `import { z as q } from 'zod';\nimport { nothing } from './lib/helper.ts';\nconsole.log(q, nothing);`,
    'src/a.ts:2:10: No matching export in "src/lib/helper.ts" for import "nothing"',
    undefined,
  ],
  [
    'const limit = 1;\nlimit = 2;',
    'src/a.ts:2:1: Cannot assign to "limit" because it is a constant',
    'The symbol "limit" was declared a constant here: src/a.ts:1:7',
  ],
])('bundling %j fails with the place and the next step', async (text, message, hint) => {
  await using project = await scriptProject({ ...INSTALLED, 'src/a.ts': text });

  const error = await failureOf(project, 'src/a.ts');

  expect(error).toMatchObject({ code: 'SCRIPT_INVALID', message, hint });
});

test('a syntax error comes with its line and a caret', async () => {
  await using project = await scriptProject({
    'main.ts': `import './src/a.ts';`,
    'src/a.ts': 'export {};\n\nconst ü = 1 x;\nlet y = ;\n',
  });

  const error = await failureOf(project, 'main.ts');

  expect(error.message).toBe('src/a.ts:3:13: Expected ";" but found "x"');
  expect(error.details).toEqual({
    file: 'src/a.ts',
    line: 3,
    column: 13,
    frame: ['3 | const ü = 1 x;', '  |             ^'].join('\n'),
    otherErrors: 0,
  });
});

test('the first of several errors is told, the others are counted', async () => {
  await using project = await scriptProject({
    'main.ts': `import a from 'aaa-one';\nimport b from 'bbb-two';\nimport './bad.ts';\nconsole.log(a, b);`,
    'bad.ts': 'let = = 1;',
  });

  const error = await failureOf(project, 'main.ts');

  expect(error.details?.['otherErrors']).toBe(2);
});

test('a place in a file whose __dirname is replaced is the one on disk', async () => {
  await using project = await scriptProject({
    'main.cjs': `const here = __dirname;\nmodule.exports =   [here, require('zodd')];`,
    'bad.cjs': `const here = __dirname;\nmodule.exports = [here, ];;)`,
  });

  const missing = await failureOf(project, 'main.cjs');
  const bad = await failureOf(project, 'bad.cjs');

  expect(missing.message).toBe(`Cannot find package 'zodd', imported by main.cjs:2:35`);
  expect(bad.message).toBe('bad.cjs:2:28: Unexpected ")"');
});

test('the package manager of the project is the one that is proposed', async () => {
  await using project = await scriptProject({
    'pnpm-lock.yaml': '',
    'src/a.ts': `import x from 'something-else';\nconsole.log(x);`,
  });

  const error = await failureOf(project, 'src/a.ts');

  expect(error.hint).toBe('Install it: pnpm add something-else');
});

test.each([
  ['src/helo.ts', 'FILE_NOT_FOUND', 'No such script: src/helo.ts', 'Did you mean src/hello.ts?'],
  ['src/hello', 'FILE_NOT_FOUND', 'No such script: src/hello', 'Did you mean src/hello.ts?'],
  ['src/zzzzzz.ts', 'FILE_NOT_FOUND', 'No such script: src/zzzzzz.ts', 'Scripts in src: hello.ts'],
  ['nowhere/a.ts', 'FILE_NOT_FOUND', 'No such script: nowhere/a.ts', 'There is no folder nowhere.'],
  ['src', 'FILE_UNREADABLE', 'src is a directory', 'Name a script in it, such as src/hello.ts'],
  [
    'job.rb',
    'USAGE_INVALID',
    'Cannot run job.rb: it is Ruby',
    expect.stringMatching(/^iris runs files that end in \.ts /),
  ],
  [
    'notes.txt',
    'USAGE_INVALID',
    'Cannot run notes.txt: it is in no language that iris knows',
    expect.anything(),
  ],
])('bundling %s, which is no script, fails with %s', async (script, code, message, hint) => {
  await using project = await scriptProject({ 'src/hello.ts': '', 'job.rb': '', 'notes.txt': '' });

  const error = await failureOf(project, script);

  expect(error).toMatchObject({ code, message, hint });
});

test('a script that was fixed after an error is bundled', async () => {
  await using project = await scriptProject({ 'main.ts': `import { a } from './a.ts';\nconsole.log(a);` });
  const error = await failureOf(project, 'main.ts');
  expect(error.message).toContain(`Cannot find './a.ts'`);

  await project.write({ 'a.ts': 'export const a = 1;' });

  expect((await bundle(bundler, project, 'main.ts')).inputs).toHaveLength(2);
});

test('a call whose signal is aborted fails with CANCELLED, before or during the work', async () => {
  await using project = await scriptProject({ 'main.ts': 'console.log(1);' });
  const request = { scriptFile: project.file('main.ts'), localDir: project.dir, sandboxDir: '/home/user' };
  const controller = new AbortController();

  const during = bundler.bundle({ ...request, signal: controller.signal });
  controller.abort();

  await expect(during).rejects.toMatchObject({ code: 'CANCELLED' });
  await expect(bundler.bundle({ ...request, signal: controller.signal })).rejects.toMatchObject({
    code: 'CANCELLED',
  });
  expect((await bundler.bundle(request)).fileName).toBe('main.mjs');
});

test('a suspicious piece of code is a warning', async () => {
  await using project = await scriptProject({ 'main.ts': 'export const a = 1;\nmodule.exports = 2;' });

  const { warnings } = await bundle(bundler, project, 'main.ts');

  expect(warnings).toEqual([expect.stringMatching(/^main\.ts:2:1: The CommonJS "module" variable/)]);
});

test('names every import that leads nowhere, and the alias that points to nothing', async () => {
  await using project = await scriptProject({
    'tsconfig.json': '{ "compilerOptions": { /* aliases */ "paths": { "@app/*": ["./src/*"] } } }',
    'a.ts': `import a from 'nopkg';\nimport b from './nofile.ts';\nimport c from '@app/foo';\nconsole.log(a, b, c);`,
  });

  const error = await failureOf(project, 'a.ts');

  expect(error.details?.['problems']).toMatchObject([
    { message: "Cannot find package 'nopkg', imported by a.ts:1:15" },
    { message: "Cannot find './nofile.ts', imported by a.ts:2:15" },
    {
      message: "Cannot resolve '@app/foo', imported by a.ts:3:15",
      hint: `${project.file('tsconfig.json')} maps it to a file that is not there.`,
    },
  ]);
});

test('takes a byte order mark before a line that starts with #!', async () => {
  await using project = await scriptProject({ 'bom.ts': '\uFEFF#!/usr/bin/env node\nconsole.log(1);\n' });

  expect((await bundle(bundler, project, 'bom.ts')).code.toString()).toContain('console.log(1)');
});
