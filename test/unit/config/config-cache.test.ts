import { rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { ConfigCache } from '../../../src/config/config-cache.ts';
import { makeProject, type Project } from './project.ts';

/** A cache whose clock runs ahead, so that files written just now count as settled. */
function settledCache(): ConfigCache {
  return new ConfigCache(() => Date.now() + 60_000);
}

async function sandboxOf(project: Project, cache: ConfigCache, cwd = project.dir): Promise<string> {
  return (await project.load({ cache, cwd })).config.sandbox;
}

test('loadConfig notices that a file was made, changed, replaced, and removed', async () => {
  await using project = await makeProject();
  const cache = settledCache();
  const file = join(project.dir, '.irisrc');

  expect(await sandboxOf(project, cache)).toBe('default');
  await writeFile(file, 'sandbox: made');
  expect(await sandboxOf(project, cache)).toBe('made');
  await writeFile(file, 'sandbox: changed');
  expect(await sandboxOf(project, cache)).toBe('changed');
  await writeFile(`${file}.new`, 'sandbox: swapped');
  await rename(`${file}.new`, file);
  expect(await sandboxOf(project, cache)).toBe('swapped');
  await rm(file);
  expect(await sandboxOf(project, cache)).toBe('default');
});

test('loadConfig notices a stronger file, a nearer file, a new repository and the file of the user', async () => {
  await using project = await makeProject({ '.irisrc.yml': 'sandbox: yml', 'a/x.ts': '' });
  const cache = settledCache();
  const cwd = join(project.dir, 'a');

  expect(await sandboxOf(project, cache, cwd)).toBe('yml');
  await project.write({ '.irisrc': 'sandbox: rc' });
  expect(await sandboxOf(project, cache, cwd)).toBe('rc');
  await project.write({ 'a/package.json': '{"iris":{"sandbox":"near"}}' });
  expect(await sandboxOf(project, cache, cwd)).toBe('near');
  await project.write({ 'a/package.json': '{}', 'a/.git': 'gitdir: elsewhere' });
  expect(await sandboxOf(project, cache, cwd)).toBe('default');
  await project.write({ '../.config/iris/config.json': '{"sandbox":"user"}' });
  expect(await sandboxOf(project, cache, cwd)).toBe('user');
});

test('loadConfig notices a change of the same size whose modification time was set back', async () => {
  await using project = await makeProject({ '.irisrc': 'sandbox: one' });
  const cache = settledCache();
  const file = join(project.dir, '.irisrc');
  const before = await stat(file);

  expect(await sandboxOf(project, cache)).toBe('one');
  await expect
    .poll(async () => {
      await writeFile(file, 'sandbox: two');
      await utimes(file, before.atime, before.mtime);
      return (await stat(file)).ctimeMs;
    })
    .not.toBe(before.ctimeMs);

  expect(await sandboxOf(project, cache)).toBe('two');
});

test('loadConfig remembers problems, and notices that they are solved', async () => {
  await using project = await makeProject({ '.irisrc': 'timout: 1' });
  const cache = settledCache();

  expect((await project.refuse({ cache })).message).toContain('timout');
  expect((await project.refuse({ cache })).message).toContain('timout');
  await project.write({ '.irisrc': 'timeout: 1m' });

  expect((await project.load({ cache })).config.timeoutMs).toBe(60_000);
});

test('loadConfig answers for other flags and variables from the same remembered files', async () => {
  await using project = await makeProject({ '.irisrc': 'timeout: 1m' });
  const cache = settledCache();

  const first = await project.load({ cache, flags: { sandbox: 'a' } });
  const second = await project.load({ cache, env: { IRIS_SANDBOX: 'b' } });

  expect(first.config).toMatchObject({ timeoutMs: 60_000, sandbox: 'a' });
  expect(second.config).toMatchObject({ timeoutMs: 60_000, sandbox: 'b' });
});

test('ConfigCache forgets what was read too soon after a change to be trusted', () => {
  const surveyed = { dirs: [], rootDir: undefined, fingerprint: 'x', newestChangeMs: 10_000 };
  const files = { project: undefined, user: undefined, problems: [], files: [], projectDir: '/' };
  let nowMs = 11_000;
  const cache = new ConfigCache(() => nowMs);

  cache.set('key', surveyed, files);
  expect(cache.get('key', surveyed)).toBeUndefined();
  nowMs = 12_500;
  cache.set('key', surveyed, files);
  expect(cache.get('key', surveyed)).toBe(files);
  expect(cache.get('key', { ...surveyed, fingerprint: 'y' })).toBeUndefined();
});

test('ConfigCache keeps a bounded number of directories', () => {
  const surveyed = { dirs: [], rootDir: undefined, fingerprint: 'x', newestChangeMs: 0 };
  const files = { project: undefined, user: undefined, problems: [], files: [], projectDir: '/' };
  const cache = new ConfigCache();

  for (let index = 0; index < 100; index += 1) cache.set(`key${index}`, surveyed, files);

  expect(cache.get('key0', surveyed)).toBeUndefined();
  expect(cache.get('key99', surveyed)).toBe(files);
});
