import { readdir, readFile, rm, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import * as esbuild from 'esbuild';
import { execa } from 'execa';
import { expect, test } from 'vitest';
import { openBundler, type Bundler } from '../../src/executor/bundle/bundler.ts';
import { scriptProject, type ScriptProject } from '../support/script-project.ts';
import { until } from '../support/until.ts';

const LONG_AGO = new Date('2026-01-01T00:00:00Z');

/** A project whose files look old, so that bundles of them are kept. */
async function settledProject(files: Readonly<Record<string, string>>): Promise<ScriptProject> {
  const project = await scriptProject(files);
  for (const name of Object.keys(files)) await utimes(project.file(name), LONG_AGO, LONG_AGO);
  return project;
}

async function bundleOf(bundler: Bundler, project: ScriptProject, script = 'main.ts') {
  return await bundler.bundle({
    scriptFile: project.file(script),
    localDir: project.dir,
    sandboxDir: '/home/user',
  });
}

const TWO_FILES = {
  'main.ts': `import { a } from './a';\nconsole.log(a);`,
  'a.js': `export const a = 'first';`,
};

test('bundle() returns the same bundle while nothing changes', async () => {
  await using project = await settledProject(TWO_FILES);
  await using bundler = openBundler();

  const first = await bundleOf(bundler, project);

  expect(await bundleOf(bundler, project)).toBe(first);
});

test.each([
  ['an input', { 'a.js': `export const a = 'second';` }, 'second'],
  ['a new file that wins', { 'a.ts': `export const a: string = 'third';` }, 'third'],
  ['a new tsconfig.json', { 'tsconfig.json': '{ "compilerOptions": { "strict": true } }' }, 'first'],
])('bundle() notices %s', async (_what, change, expected) => {
  await using project = await settledProject(TWO_FILES);
  await using bundler = openBundler();
  const first = await bundleOf(bundler, project);

  await project.write(change);
  const second = await bundleOf(bundler, project);

  expect(second).not.toBe(first);
  expect(second.code.toString('utf8')).toContain(expected);
});

test('bundle() notices a changed base of the tsconfig', async () => {
  await using project = await settledProject({
    'base.json': '{ "compilerOptions": { "paths": { "lib": ["./one.ts"] } } }',
    'tsconfig.json': '{ "extends": "./base" }',
    'main.ts': `import { n } from 'lib';\nconsole.log(n);`,
    'one.ts': `export const n = 'one';`,
    'two.ts': `export const n = 'two';`,
  });
  await using bundler = openBundler();
  await bundleOf(bundler, project);

  await project.write({ 'base.json': '{ "compilerOptions": { "paths": { "lib": ["./two.ts"] } } }' });

  expect((await bundleOf(bundler, project)).inputs).toContain(project.file('two.ts'));
});

test('bundle() notices a package that is installed, exchanged or added to a chosen folder', async () => {
  await using project = await settledProject({
    'main.ts': `try { console.log(require('late')); } catch {}\nawait import(\`./plugins/\${process.argv[2]}.ts\`);`,
    'plugins/one.ts': 'console.log(1);',
  });
  await using bundler = openBundler();
  expect((await bundleOf(bundler, project)).inputs).toHaveLength(2);

  await project.write({ 'node_modules/late/index.js': `module.exports = 'late';` });
  expect((await bundleOf(bundler, project)).inputs).toHaveLength(3);

  await project.write({ 'node_modules/late/package.json': '{ "main": "./other.js" }' });
  await project.write({ 'node_modules/late/other.js': `module.exports = 'other';` });
  expect((await bundleOf(bundler, project)).code.toString('utf8')).toContain('other');

  await project.write({ 'plugins/two.ts': 'console.log(2);' });
  expect((await bundleOf(bundler, project)).inputs).toHaveLength(4);
});

test('bundle() does not build again for a file that has nothing to do with the script', async () => {
  await using project = await settledProject(TWO_FILES);
  await using bundler = openBundler();
  const first = await bundleOf(bundler, project);

  await project.write({ 'output.json': '{}', 'notes.md': '' });

  expect(await bundleOf(bundler, project)).toBe(first);
});

test('bundle() does not keep a bundle of a file that may still change within the tick of its clock', async () => {
  await using project = await scriptProject({ 'main.ts': 'console.log(1);' });
  await using bundler = openBundler();

  for (let version = 1; version < 30; version += 1) {
    await writeFile(project.file('main.ts'), `console.log(${version % 10});`);
    const bundle = await bundleOf(bundler, project);
    expect(bundle.code.toString('utf8')).toContain(`console.log(${version % 10})`);
  }
});

test('bundle() calls at the same moment share one build', async () => {
  await using project = await settledProject(TWO_FILES);
  await using bundler = openBundler();

  const bundles = await Promise.all([1, 2, 3, 4].map(() => bundleOf(bundler, project)));

  expect(new Set(bundles).size).toBe(1);
});

test('bundle() goes on after the esbuild service ended', async () => {
  await using project = await settledProject(TWO_FILES);
  await using bundler = openBundler();
  await bundleOf(bundler, project);

  await esbuild.stop();
  await project.write({ 'a.js': `export const a = 'again';` });

  expect((await bundleOf(bundler, project)).code.toString('utf8')).toContain('again');
});

test.skipIf(process.platform === 'win32')(
  'bundle() goes on after the esbuild service was killed',
  async () => {
    await using project = await settledProject(TWO_FILES);
    await using bundler = openBundler();
    await bundleOf(bundler, project);

    for (const pid of await esbuildPids()) process.kill(pid, 'SIGKILL');
    await until('the end of the service', async () => (await esbuildPids()).length === 0);
    await project.write({ 'a.js': `export const a = 'again';` });

    const [again, other] = await Promise.all([
      bundleOf(bundler, project),
      bundleOf(bundler, project, 'a.js'),
    ]);
    expect(again.code.toString('utf8')).toContain('again');
    expect(other.code.toString('utf8')).toContain('again');
  },
);

test('more scripts than kept contexts can be bundled again and again', async () => {
  const names = Array.from({ length: 7 }, (_, index) => `script-${index}.ts`);
  await using project = await scriptProject(
    Object.fromEntries(names.map((name) => [name, 'console.log(0);'])),
  );
  await using bundler = openBundler({ maxEntries: 2 });

  for (const round of [1, 2]) {
    await Promise.all(names.map((name) => writeFile(project.file(name), `console.log(${round});`)));
    const bundles = await Promise.all(names.map((name) => bundleOf(bundler, project, name)));
    for (const bundle of bundles) expect(bundle.code.toString('utf8')).toContain(`console.log(${round})`);
  }
});

test('a bundle on disk serves the next bundler, which then needs no esbuild', async () => {
  await using project = await settledProject(TWO_FILES);
  const cacheDir = join(project.home, 'cache');
  await using first = openBundler({ cacheDir });
  const made = await bundleOf(first, project);
  const [name] = await until('the stored bundle', () => storedIn(cacheDir));

  await using second = openBundler({ cacheDir });
  const restored = await bundleOf(second, project);

  expect(restored).toEqual(made);
  expect(await readFile(join(cacheDir, name ?? ''), 'latin1')).toContain('"files"');
});

test('a bundle on disk is not used when an input changed', async () => {
  await using project = await settledProject(TWO_FILES);
  const cacheDir = join(project.home, 'cache');
  await using first = openBundler({ cacheDir });
  await bundleOf(first, project);
  await until('the stored bundle', () => storedIn(cacheDir));

  await project.write({ 'a.js': `export const a = 'changed';` });
  await using second = openBundler({ cacheDir });

  expect((await bundleOf(second, project)).code.toString('utf8')).toContain('changed');
});

test.each([
  ['empty', () => Buffer.alloc(0)],
  ['cut off', (content: Buffer) => content.subarray(0, content.length - 10)],
  ['no JSON', () => Buffer.from('{\nconsole.log(666);')],
  ['of another shape', () => Buffer.from('{"stamps":{"files":{}}}\nconsole.log(666);')],
  [
    'altered',
    (content: Buffer) => Buffer.from(content.toString('latin1').replace('first', 'worst'), 'latin1'),
  ],
])('a bundle on disk that is %s is made anew', async (_what, damage) => {
  await using project = await settledProject(TWO_FILES);
  const cacheDir = join(project.home, 'cache');
  await using first = openBundler({ cacheDir });
  const made = await bundleOf(first, project);
  const [name = ''] = await until('the stored bundle', () => storedIn(cacheDir));

  await writeFile(join(cacheDir, name), damage(await readFile(join(cacheDir, name))));
  await using second = openBundler({ cacheDir });

  expect((await bundleOf(second, project)).code.equals(made.code)).toBe(true);
});

test('a cache directory that cannot be written to does no harm', async () => {
  await using project = await settledProject(TWO_FILES);
  await using bundler = openBundler({ cacheDir: project.file('main.ts') });

  expect((await bundleOf(bundler, project)).inputs).toHaveLength(2);
});

test('disposing a bundler waits for what is being written, and leaves no half file', async () => {
  await using project = await settledProject(TWO_FILES);
  const cacheDir = join(project.home, 'cache');
  const bundler = openBundler({ cacheDir });
  await bundleOf(bundler, project);

  await bundler[Symbol.asyncDispose]();

  expect(await readdir(cacheDir)).toEqual([expect.stringMatching(/^[0-9a-f]{32}\.bundle$/)]);
  await rm(cacheDir, { recursive: true });
});

test.skipIf(process.platform === 'win32')('disposing a bundler ends the esbuild service', async () => {
  await using project = await settledProject(TWO_FILES);
  const bundler = openBundler();
  await bundler.warmUp();
  await bundleOf(bundler, project);
  expect(await esbuildPids()).toHaveLength(1);

  await bundler[Symbol.asyncDispose]();

  await until('the end of the service', async () => (await esbuildPids()).length === 0);
});

async function esbuildPids(): Promise<number[]> {
  const { stdout } = await execa('ps', ['-A', '-o', 'pid=,ppid=,args=']);
  return stdout.split('\n').flatMap((line) => {
    const [pid, parent, ...args] = line.trim().split(/\s+/);
    const isService = parent === String(process.pid) && args.join(' ').includes('esbuild --service');
    return isService ? [Number(pid)] : [];
  });
}

async function storedIn(cacheDir: string): Promise<string[] | undefined> {
  const names = await readdir(cacheDir).catch(() => []);
  const stored = names.filter((name) => name.endsWith('.bundle'));
  return stored.length > 0 ? stored : undefined;
}
