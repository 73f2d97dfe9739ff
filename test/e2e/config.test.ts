import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

const SHOW = "console.log(process.env['FROM'] ?? 'nobody')";

// One daemon for all; each test has a project of its own.
let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
});
afterAll(() => space[Symbol.asyncDispose]());

describe('the configuration', () => {
  test.for([
    ['.irisrc', 'env:\n  FROM: yaml\n', 'yaml'],
    ['.irisrc', '{"env": {"FROM": "json"}}', 'json'],
    ['iris.config.yaml', 'env: { FROM: file }', 'file'],
    ['package.json', '{"name": "x", "iris": {"env": {"FROM": "package"}}}', 'package'],
    ['iris.config.ts', "const from: string = 'ts';\nexport default { env: { FROM: from } };", 'ts'],
    ['iris.config.mjs', "export default () => ({ env: { FROM: 'function' } });", 'function'],
  ] as const)('is read from %s', async ([file, text, from]) => {
    await space.write({ [`${from}/${file}`]: text, [`${from}/show.ts`]: SHOW });

    expect((await space.iris(['run', 'show.ts'], { cwd: join(space.dir, from) })).stdout).toBe(`${from}\n`);
  });

  test('is taken from flag, environment, project and user, in this order', async () => {
    await using own = await openWorkspace();
    const show = 'console.log(process.cwd())';
    await own.write({ 'show.ts': show });
    await mkdir(join(own.home, '.config/iris'), { recursive: true });
    const cwdOf = async (args: readonly string[], env = own.env) =>
      String((await own.iris(['run', ...args, 'show.ts'], { env })).stdout).trim();

    await writeFile(join(own.home, '.config/iris/config.yaml'), 'cwd: /usr\n');
    expect(await cwdOf([])).toBe('/usr');
    await own.write({ '.irisrc': 'cwd: /etc\n' });
    expect(await cwdOf([])).toBe('/etc');
    expect(await cwdOf([], { ...own.env, IRIS_CWD: '/opt' })).toBe('/opt');
    expect(await cwdOf(['--cwd', '/tmp'], { ...own.env, IRIS_CWD: '/opt' })).toBe('/tmp');
  });

  test('that is a program runs in a sandbox, not here', async () => {
    const planted = join(space.dir, 'planted');
    await space.write({
      'program/show.ts': SHOW,
      'program/iris.config.js': `import { writeFileSync } from 'node:fs';
        try { writeFileSync(${JSON.stringify(planted)}, 'x'); } catch {}
        export default { env: { FROM: process.env.HOME } };`,
    });

    const result = await space.iris(['run', 'show.ts'], { cwd: join(space.dir, 'program') });

    expect(result.stdout).toBe('/home/user\n');
    expect(existsSync(planted)).toBe(false);
  });

  test('that is a broken program names the file and the reason', async () => {
    await space.write({
      'broken/show.ts': SHOW,
      'broken/iris.config.js': "throw new TypeError('no such luck')",
    });

    const result = await space.iris(['run', 'show.ts'], { cwd: join(space.dir, 'broken') });

    expect(result.exitCode).toBe(78);
    expect(result.stderr).toContain('iris.config.js');
    expect(result.stderr).toContain('no such luck');
  });
});

test('iris config tells each value, where it comes from, and what it means', async () => {
  await using own = await openWorkspace();
  await own.write({ '.irisrc': 'timeout: 30s\nenv:\n  LOG: debug\n' });
  const env = { ...own.env, IRIS_LIMITS_PROCESSES: '64' };

  const rows: { key: string; value: unknown; origin: string }[] = JSON.parse(
    String((await own.iris(['config', 'list', '--json'], { env })).stdout),
  );
  const of = (key: string) => rows.find((row) => row.key === key);
  expect(of('timeout')).toMatchObject({ value: '30s', origin: `${own.dir}/.irisrc:1` });
  expect(of('limits.processes')).toMatchObject({ value: 64, origin: 'IRIS_LIMITS_PROCESSES' });
  expect(of('env')).toMatchObject({ value: { LOG: 'debug' }, origin: `${own.dir}/.irisrc:3` });
  expect(of('sandbox')).toMatchObject({ value: 'default', origin: 'default' });
  expect(of('limits')).toBeUndefined();

  expect((await own.iris(['config', 'get', 'timeout'])).stdout).toBe('30s\n');
  expect((await own.iris(['config', 'get', 'limits.memory', '--explain'])).stdout).toMatch(
    /variable +IRIS_LIMITS_MEMORY/,
  );
  expect((await own.iris(['config', 'list', '--explain'])).stdout).toMatch(/^timeout +30s +\S+\.irisrc:1$/m);
  const wrong = await own.iris(['config', 'get', 'timeuot']);
  expect([wrong.exitCode, wrong.stderr]).toEqual([66, expect.stringContaining('Did you mean timeout?')]);
});
