import { existsSync } from 'node:fs';
import { chown, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { cosmiconfig } from 'cosmiconfig';
import { expect, test } from 'vitest';
import { IrisError } from '../../../src/core/errors.ts';
import { ConfigCache } from '../../../src/config/config-cache.ts';
import { makeProject } from './project.ts';

const CODE_FILES = ['iris.config.js', 'iris.config.mjs', 'iris.config.cjs', 'iris.config.ts'];

function planted(marker: string): string {
  return `require('node:fs').writeFileSync(${JSON.stringify(marker)}, ''); module.exports = {};`;
}

test.each(CODE_FILES)('loadConfig refuses %s and does not evaluate it', async (name) => {
  await using project = await makeProject();
  const marker = join(project.dir, 'marker');
  await project.write({ [name]: planted(marker) });

  const error = await project.refuse();

  expect(error.code).toBe('CONFIG_INVALID');
  expect(error.message).toContain(name);
  expect(error.hint).toContain('.irisrc');
  expect(existsSync(marker)).toBe(false);
});

test('loadConfig evaluates no .config of the directory of the process, which cosmiconfig() does', async () => {
  await using project = await makeProject({ '.irisrc': 'sandbox: x' });
  await using control = await makeProject();
  const markers: string[] = [];
  for (const { dir, write } of [project, control]) {
    const marker = join(dir, 'marker');
    markers.push(marker);
    await write({ 'package.json': '{}', '.config/config.js': planted(marker) });
  }

  await inside(project.dir, () => project.load());
  await inside(control.dir, async () => cosmiconfig('iris'));

  // The evaluation is not awaited by anybody, so the bait that is taken tells when the other one would have been.
  await expect.poll(() => existsSync(markers[1] ?? '')).toBe(true);
  expect(existsSync(markers[0] ?? '')).toBe(false);
});

test('loadConfig takes no instructions for cosmiconfig from a project', async () => {
  await using project = await makeProject();
  const marker = join(project.dir, 'marker');
  await project.write({
    'package.json': JSON.stringify({ cosmiconfig: { searchPlaces: ['evil.yaml'] } }),
    'evil.yaml': 'sandbox: evil',
    '.irisrc': '$import: ./evil.cjs',
    'evil.cjs': planted(marker),
  });

  const error = await inside(project.dir, () => project.refuse());

  expect(error.message).toBe('.irisrc:1:1: Unknown key "$import"');
  expect(existsSync(marker)).toBe(false);
});

async function inside<T>(dir: string, act: () => Promise<T>): Promise<T> {
  const before = process.cwd();
  process.chdir(dir);
  return await act().finally(() => process.chdir(before));
}

test('loadConfig takes the value of a program from the evaluator that it was given', async () => {
  await using project = await makeProject({ 'iris.config.ts': 'export default {}' });
  const asked: string[] = [];
  const evaluateCodeConfig = async (file: string): Promise<unknown> => {
    asked.push(file);
    return { timeout: '1m' };
  };
  const cache = new ConfigCache(() => Date.now() + 60_000);

  const { config, origins } = await project.load({ evaluateCodeConfig, cache });
  await project.load({ evaluateCodeConfig, cache });

  const file = join(project.dir, 'iris.config.ts');
  expect(config.timeoutMs).toBe(60_000);
  expect(origins.get('timeout')).toBe(file);
  expect(asked).toEqual([file]);
});

test('loadConfig checks what an evaluator gives like any other file', async () => {
  await using project = await makeProject({ 'iris.config.ts': '' });

  const messages: string[] = [];
  for (const value of [{ timout: 1 }, [], 'text', { isolation: 'none' }, { env: { API_KEY: 'x' } }]) {
    messages.push((await project.refuse({ evaluateCodeConfig: async () => value })).message);
  }

  expect(messages).toEqual([
    'iris.config.ts: Unknown key "timout"',
    'iris.config.ts: The configuration is a list, expected keys and values',
    'iris.config.ts: The configuration is "text", expected keys and values',
    'iris.config.ts: isolation is "none", which a project cannot choose for you',
    'iris.config.ts: "API_KEY" looks like a secret, which does not belong in a file',
  ]);
});

test('loadConfig passes an error of the evaluator through', async () => {
  await using project = await makeProject({ 'iris.config.ts': '' });
  const cancelled = new IrisError('CANCELLED', 'Cancelled');

  expect(await project.refuse({ evaluateCodeConfig: () => Promise.reject(cancelled) })).toBe(cancelled);
});

test.skipIf(process.getuid?.() !== 0)(
  'loadConfig passes over a file that another user planted above',
  async () => {
    await using project = await makeProject();
    const shared = join(project.homeDir, 'shared');
    const cwd = join(shared, 'work');
    await mkdir(cwd, { recursive: true });
    await project.write({ '../shared/.irisrc': 'sandbox: planted' });

    expect((await project.load({ cwd })).config.sandbox).toBe('planted');
    await chown(join(shared, '.irisrc'), 54_321, 54_321);
    expect((await project.load({ cwd })).config.sandbox).toBe('default');
    await chown(cwd, 54_321, 54_321);
    expect((await project.load({ cwd })).config.sandbox).toBe('planted');
  },
);
