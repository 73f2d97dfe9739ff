import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { SandboxLimits } from '../../../src/host/isolation/launch/launcher.ts';
import { makeProject } from './project.ts';

const MB = 1024 ** 2;

test('loadConfig gives the defaults where nothing is configured', async () => {
  await using project = await makeProject();

  const { config, origins, files, projectDir } = await project.load();

  expect(config).toEqual({
    provider: 'auto',
    sandbox: 'default',
    timeoutMs: 300_000,
    sandboxTimeoutMs: 900_000,
    sandboxOnTimeout: 'close',
    isolation: 'auto',
    network: 'off',
    store: 'auto',
    template: 'base',
    cwd: undefined,
    secrets: {},
    volumes: [],
    grantSecrets: [],
    include: [],
    env: {},
    tools: { maxCalls: 100_000, maxBytes: 1024 * MB, maxTimeMs: 0 },
    cost: {
      maxPerRunUsd: undefined,
      maxPerMonthUsd: undefined,
      prices: { perVcpuSecondUsd: 0.000014, perGibSecondUsd: 0.0000045 },
      assumed: { vcpus: 2, memoryGib: 1 },
    },
    runs: { maxOutputBytes: 2 * MB, maxRuns: 200, maxAgeMs: 30 * 86_400_000 },
    limits: {
      memoryBytes: 2048 * MB,
      maxThreads: 512,
      maxOpenFiles: 4096,
      maxFileBytes: 1024 * MB,
      homeBytes: 1024 * MB,
      tmpBytes: 256 * MB,
    },
    daemon: { idleMs: 600_000 },
  });
  expect(new Set(origins.values())).toEqual(new Set(['default']));
  expect(files).toEqual([]);
  expect(projectDir).toBe(project.dir);
});

test('loadConfig gives limits in the shape that a launcher takes', async () => {
  await using project = await makeProject();

  const limits: SandboxLimits = (await project.load()).config.limits;

  expect(limits.maxThreads).toBe(512);
});

test('loadConfig prefers flags to environment to project to user to defaults', async () => {
  await using project = await makeProject({
    '.irisrc': 'timeout: 3m\nsandbox: project\nsandboxTimeout: 30m\ntemplate: project',
    '../.config/iris/config.yaml':
      'timeout: 4m\nsandbox: user\nsandboxTimeout: 40m\ntemplate: user\ndaemon: { idle: 1m }',
  });

  const { config, origins, files } = await project.load({
    flags: { timeout: '1m' },
    env: { IRIS_TIMEOUT: '2m', IRIS_SANDBOX: 'variable', IRIS_TEMPLATE: '' },
  });

  expect(config).toMatchObject({ timeoutMs: 60_000, sandbox: 'variable', sandboxTimeoutMs: 1_800_000 });
  expect(config).toMatchObject({ template: 'project', daemon: { idleMs: 60_000 }, provider: 'auto' });
  const userFile = join(project.homeDir, '.config/iris/config.yaml');
  expect(Object.fromEntries(origins)).toMatchObject({
    timeout: '--timeout',
    sandbox: 'IRIS_SANDBOX',
    sandboxTimeout: `${project.dir}/.irisrc:3`,
    template: `${project.dir}/.irisrc:4`,
    'daemon.idle': `${userFile}:5`,
    provider: 'default',
  });
  expect(files).toEqual([join(project.dir, '.irisrc'), userFile]);
});

test('loadConfig merges objects by key and replaces lists', async () => {
  await using project = await makeProject({
    '.irisrc': '{ "env": { "A": "project" }, "include": ["b"], "limits": { "memory": "1GB" } }',
    '../.config/iris/config.json':
      '{"env":{"A":"user","B":"user"},"include":["a"],"limits":{"processes":64}}',
  });

  const { config, origins } = await project.load({ env: { IRIS_LIMITS_OPEN_FILES: '128' } });

  expect(config.env).toEqual({ A: 'project', B: 'user' });
  expect(config.include).toEqual(['b']);
  expect(config.limits).toMatchObject({ memoryBytes: 1024 * MB, maxThreads: 64, maxOpenFiles: 128 });
  expect(origins.get('env.A')).toBe(`${project.dir}/.irisrc:1`);
  expect(origins.get('limits.openFiles')).toBe('IRIS_LIMITS_OPEN_FILES');
  expect(origins.has('env')).toBe(false);
});

test.each([
  ['.irisrc', 'sandbox: here'],
  ['.irisrc', '{\n\t"sandbox": "here"\n}'],
  ['.irisrc.json', '\uFEFF{"sandbox":"here"}'],
  ['.irisrc.yaml', 'sandbox: here'],
  ['.irisrc.yml', 'sandbox: "here"'],
  ['package.json', '{"name":"x","iris":{"sandbox":"here"}}'],
  ['iris.config.json', '{"sandbox":"here"}'],
  ['iris.config.yaml', 'sandbox: here'],
  ['iris.config.yml', 'sandbox: here'],
])('loadConfig reads %s', async (name, text) => {
  await using project = await makeProject({ [name]: text });

  const { config, files } = await project.load();

  expect(config.sandbox).toBe('here');
  expect(files).toEqual([join(project.dir, name)]);
});

test('loadConfig prefers .irisrc to package.json, and a package.json without iris does not count', async () => {
  await using project = await makeProject({
    '.irisrc': 'sandbox: rc',
    'package.json': '{"iris":{"sandbox":"package"}}',
    'nested/package.json': '{"name":"nested"}',
  });

  expect((await project.load()).config.sandbox).toBe('rc');
  expect((await project.load({ cwd: join(project.dir, 'nested') })).config.sandbox).toBe('rc');
});

test('loadConfig takes an empty file or one of comments as a configuration without values', async () => {
  await using project = await makeProject({
    '.irisrc': 'sandbox: outer',
    'a/.irisrc': '',
    'b/.irisrc': '# later',
  });

  for (const name of ['a', 'b']) {
    const { config, projectDir } = await project.load({ cwd: join(project.dir, name) });
    expect(config.sandbox).toBe('default');
    expect(projectDir).toBe(join(project.dir, name));
  }
});

test('loadConfig searches upwards to the repository and not beyond', async () => {
  await using project = await makeProject({ 'a/b/script.ts': '', '../.irisrc': 'sandbox: home' });
  const cwd = join(project.dir, 'a/b');

  expect((await project.load({ cwd })).config.sandbox).toBe('default');
  await project.write({ '.irisrc': 'sandbox: repository' });
  const found = await project.load({ cwd });

  expect(found.config.sandbox).toBe('repository');
  expect(found.projectDir).toBe(project.dir);
});

test('loadConfig does not take a file in the home directory for that of a project below', async () => {
  await using project = await makeProject({ '../.irisrc': 'sandbox: home' });
  const cwd = join(project.homeDir, 'loose/deep');
  await mkdir(cwd, { recursive: true });

  expect((await project.load({ cwd })).config.sandbox).toBe('default');
  expect((await project.load({ cwd })).projectDir).toBe(cwd);
  expect((await project.load({ cwd: project.homeDir })).config.sandbox).toBe('home');
});

test('loadConfig takes the nearest package.json for the project where nothing is configured', async () => {
  await using project = await makeProject({ 'pkg/package.json': '{}', 'pkg/src/x.ts': '' });

  expect((await project.load({ cwd: join(project.dir, 'pkg/src') })).projectDir).toBe(
    join(project.dir, 'pkg'),
  );
});

test('loadConfig looks in XDG_CONFIG_HOME instead of ~/.config, if the path is absolute', async () => {
  await using project = await makeProject({
    '../xdg/iris/config.yml': 'sandbox: xdg',
    '../.config/iris/config.yml': 'sandbox: home',
  });

  const inXdg = await project.load({ env: { XDG_CONFIG_HOME: join(project.homeDir, 'xdg') } });
  const inHome = await project.load({ env: { XDG_CONFIG_HOME: 'xdg' } });

  expect(inXdg.config.sandbox).toBe('xdg');
  expect(inHome.config.sandbox).toBe('home');
});

test('loadConfig reads lists from a variable at the commas, and takes a list of flags as it is', async () => {
  await using project = await makeProject();

  const fromEnv = await project.load({ env: { IRIS_INCLUDE: 'a/*.json, b' } });
  const fromFlags = await project.load({ flags: { include: ['x,y'] } });

  expect(fromEnv.config.include).toEqual(['a/*.json', 'b']);
  expect(fromFlags.config.include).toEqual(['x,y']);
});

test('loadConfig takes 0 as no limit and a number as milliseconds', async () => {
  await using project = await makeProject({ '.irisrc': 'timeout: 0\nsandboxTimeout: 1500' });

  expect((await project.load()).config).toMatchObject({ timeoutMs: 0, sandboxTimeoutMs: 1500 });
  expect((await project.load({ flags: { timeout: '0' } })).config.timeoutMs).toBe(0);
});
