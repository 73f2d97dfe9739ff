import { chmod, lstat, mkdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

// No command here asks the daemon; each test has a folder of its own.
let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
});
afterAll(() => space[Symbol.asyncDispose]());

async function project(name: string, files: Readonly<Record<string, string>> = {}) {
  const cwd = join(space.dir, name);
  await mkdir(join(cwd, '.git'), { recursive: true });
  for (const [file, text] of Object.entries(files)) await writeFile(join(cwd, file), text);
  return {
    cwd,
    config: async (...words: string[]) => await space.iris(['config', ...words], { cwd }),
    read: async (file: string) => await readFile(join(cwd, file), 'utf8'),
  };
}

test('a project without a file gets one, beside its .git, and it can be read again', async () => {
  const { cwd, config, read } = await project('new');
  await mkdir(join(cwd, 'deep'));

  const set = await space.iris(['config', 'set', 'limits.memory', '1GB'], { cwd: join(cwd, 'deep') });

  expect([set.exitCode, set.stderr]).toEqual([0, '']);
  expect(set.stdout).toContain('.irisrc.json');
  expect(JSON.parse(await read('.irisrc.json'))).toEqual({ limits: { memory: '1GB' } });
  expect((await config('unset', 'limits.memory')).stdout).toBe('limits.memory is gone from .irisrc.json\n');
  expect(JSON.parse(await read('.irisrc.json'))).toEqual({});
  expect((await config('unset', 'limits.memory')).stdout).toBe('limits.memory was not in .irisrc.json\n');
});

test('a file keeps its comments, its mode and its link', async () => {
  const text = '# ours\ntimeout: 5m # short\n';
  const { cwd, config, read } = await project('kept', { 'real.yaml': text });
  await chmod(join(cwd, 'real.yaml'), 0o640);
  await symlink('real.yaml', join(cwd, '.irisrc.yaml'));

  expect((await config('set', 'timeout', '1m')).exitCode).toBe(0);

  expect(await read('real.yaml')).toBe(text.replace('5m', '1m'));
  expect((await lstat(join(cwd, '.irisrc.yaml'))).isSymbolicLink()).toBe(true);
  expect((await stat(join(cwd, 'real.yaml'))).mode & 0o777).toBe(0o640);
});

test('package.json is changed below its key iris alone', async () => {
  const { config, read } = await project('package', {
    'package.json': '{\n    "name": "x",\n    "iris": {}\n}\n',
  });

  await config('set', 'include', 'data/*.json,b');

  expect(await read('package.json')).toMatch(/^\{\n {4}"name": "x",\n {4}"iris": \{\n {8}"include": \[/);
  expect((await config('unset', 'include', '--json')).stdout).toContain('"wasThere": true');
  expect(JSON.parse(await read('package.json'))).toEqual({ name: 'x', iris: {} });
});

test('--user writes a file that only the user can read, and tells what hides the value', async () => {
  const { cwd } = await project('user', { '.irisrc': 'timeout: 2m\n' });
  const env = { ...space.env, XDG_CONFIG_HOME: join(cwd, 'xdg') };
  const file = join(cwd, 'xdg/iris/config.yaml');

  const hidden = await space.iris(['config', 'set', '--user', 'timeout', '9m'], { cwd, env });
  expect(hidden.stderr).toContain('.irisrc:1');
  expect(await readFile(file, 'utf8')).toBe('timeout: 9m\n');
  expect((await stat(file)).mode & 0o777).toBe(0o600);

  const withVariable = { ...env, IRIS_SANDBOX: 'other' };
  const set = await space.iris(['config', 'set', 'sandbox', 'mine', '--json'], { cwd, env: withVariable });
  expect(JSON.parse(String(set.stdout))).toEqual({
    key: 'sandbox',
    value: 'mine',
    scope: 'project',
    file: join(cwd, '.irisrc'),
    hiddenBy: 'IRIS_SANDBOX',
  });
});

test.for([
  [['set', 'timeuot', '1m'], 66, 'Did you mean timeout?'],
  [['set', 'timeout', 'soon'], 64, 'timeout is "soon", expected a duration'],
  [['set', 'network', 'on'], 64, 'which a project cannot choose for you'],
  [['set', 'env.TOKEN', 'abcdefgh'], 65, 'a secret'],
  [['set', 'timeout', '1m', '--user', '--project'], 64, 'two files'],
] as const)(
  'iris config %j is refused, and nothing is written',
  async ([words, exitCode, message], { task }) => {
    const { config, read } = await project(`refused-${task.id}`, { '.irisrc': 'sandbox: x\n' });

    const result = await config(...words);

    expect([result.exitCode, result.stderr]).toEqual([exitCode, expect.stringContaining(message)]);
    expect(result.stderr).not.toContain('abcdefgh');
    expect(await read('.irisrc')).toBe('sandbox: x\n');
  },
);

test('what the user may choose and a project may not goes into the own file', async () => {
  const { cwd } = await project('own');
  const env = { ...space.env, XDG_CONFIG_HOME: join(cwd, 'xdg') };

  expect((await space.iris(['config', 'set', 'network', 'on', '--user'], { cwd, env })).exitCode).toBe(0);
});

test('a program is not changed; the line to write is told', async () => {
  const { config } = await project('program', { 'iris.config.ts': 'export default {};\n' });

  const result = await config('set', 'timeout', '1m');

  expect([result.exitCode, result.stderr]).toEqual([64, expect.stringContaining('timeout: "1m"')]);
});

test('a broken file is left as it is', async () => {
  const broken = '{ "timeout": \n';
  const { config, read } = await project('broken', { '.irisrc.json': broken });

  expect((await config('set', 'timeout', '1m')).exitCode).toBe(66);
  expect(await read('.irisrc.json')).toBe(broken);
});
