import { resolve } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { openBundler } from '../../src/executor/bundle/bundler.ts';
import { runBundled, scriptProject } from '../support/script-project.ts';

const FIXTURES = resolve('test/fixtures/scripts');
const bundler = openBundler();

afterAll(() => bundler[Symbol.asyncDispose]());

test.each([
  ['import', 'Error: é imported', ['failing/fail.ts:7:9', 'failing/main.ts:8:23']],
  ['later', 'Error: é later', ['failing/fail.ts:7:9', 'failing/fail.ts:14:3', 'failing/main.ts:9:22']],
  ['timer', 'Error: é timer', ['failing/fail.ts:7:9', 'failing/main.ts:10:39']],
  ['class', 'RangeError: Only 10 left', ['failing/account.ts:14:38', 'failing/main.ts:11:38']],
  ['reject', 'Error: rejected', ['failing/main.ts:12:43']],
  ['common', 'TypeError: common true', ['failing/common.cjs:4:9', 'failing/main.ts:13:62']],
  ['cause', 'Error: outer', ['failing/main.ts:18:11', 'failing/fail.ts:7:9', 'failing/main.ts:16:5']],
])('an uncaught error by way of %s shows the places in the sources', async (way, text, places) => {
  await using project = await scriptProject();

  const run = await runBundled({
    bundler,
    localDir: FIXTURES,
    script: 'failing/main.ts',
    home: project.home,
    args: [way],
  });

  const local = [...run.stderr.matchAll(/^ +at (?:.* \()?(\/[^():]+:\d+:\d+)\)?$/gm)].map(
    ([, place]) => place,
  );
  expect(run.exitCode).toBe(1);
  expect(run.stderr).toContain(text);
  expect(local).toEqual(places.map((place) => `${FIXTURES}/${place}`));
});

test('an uncaught error comes with its line, although the sandbox has no such file', async () => {
  await using project = await scriptProject({
    'a b#1/main.ts': `type A = 1;\nthrow new Error('é' as string);`,
  });

  const run = await runBundled({
    bundler,
    localDir: project.file('a b#1'),
    script: 'main.ts',
    home: project.home,
  });

  const [file, line, caret] = run.stderr.split('\n');
  expect(file).toBe(`${project.file('a b#1')}/main.ts:2`);
  expect(line).toBe(`throw new Error('é' as string);`);
  expect(caret?.trim()).toBe('^');
});

test('an error inside a package shows the line in the package, whose text is not in the map', async () => {
  await using project = await scriptProject({
    'node_modules/weak/package.json': '{ "name": "weak", "type": "module", "main": "index.js" }',
    'node_modules/weak/index.js': `// comment\n\nexport function weak(call) {\n  return   call();\n}\n`,
    'main.ts': `import { weak } from 'weak';\n\nweak(() => { throw new Error('mine'); });`,
  });

  const run = await runBundled({ bundler, localDir: project.dir, script: 'main.ts', home: project.home });

  expect(run.stderr).toMatch(/at weak \(\S+\/node_modules\/weak\/index\.js:4:\d+\)/);
  expect(run.stderr).toContain(`${project.dir}/main.ts:3:20`);
  const map = run.bundle.code.toString('utf8').split('base64,').at(-1) ?? '';
  expect(Buffer.from(map, 'base64').toString('utf8')).not.toContain('comment');
});

test('the map of a package costs a small part of its code', async () => {
  const bundle = await bundler.bundle({
    scriptFile: resolve(FIXTURES, 'zod.ts'),
    localDir: FIXTURES,
    sandboxDir: '/home/user',
  });

  const mapBytes = bundle.code.length - bundle.code.lastIndexOf('//# sourceMappingURL=');

  expect(mapBytes).toBeLessThan(bundle.code.length / 4);
});
