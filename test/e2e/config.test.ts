import { existsSync } from 'node:fs';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { openWorkspace } from '../support/workspace.ts';

const SHOW = "console.log(process.env['FROM'] ?? 'nobody')";

describe('the configuration', () => {
  test.for([
    ['.irisrc', 'env:\n  FROM: yaml\n', 'yaml'],
    ['.irisrc', '{"env": {"FROM": "json"}}', 'json'],
    ['iris.config.yaml', 'env: { FROM: file }', 'file'],
    ['package.json', '{"name": "x", "iris": {"env": {"FROM": "package"}}}', 'package'],
    ['iris.config.ts', "const from: string = 'ts';\nexport default { env: { FROM: from } };", 'ts'],
    ['iris.config.mjs', "export default () => ({ env: { FROM: 'function' } });", 'function'],
  ] as const)('is read from %s', async ([file, text, from]) => {
    await using space = await openWorkspace();
    await space.write({ [file]: text, 'show.ts': SHOW });

    expect((await space.iris(['run', 'show.ts'])).stdout).toBe(`${from}\n`);
  });

  test('is taken from flag, environment, project and user, in this order', async () => {
    await using space = await openWorkspace();
    const show = 'console.log(process.cwd())';
    await space.write({ 'show.ts': show });
    await mkdir(join(space.home, '.config/iris'), { recursive: true });
    const cwdOf = async (args: readonly string[], env = space.env) =>
      String((await space.iris(['run', ...args, 'show.ts'], { env })).stdout).trim();

    await writeFile(join(space.home, '.config/iris/config.yaml'), 'cwd: /usr\n');
    expect(await cwdOf([])).toBe('/usr');
    await space.write({ '.irisrc': 'cwd: /etc\n' });
    expect(await cwdOf([])).toBe('/etc');
    expect(await cwdOf([], { ...space.env, IRIS_CWD: '/opt' })).toBe('/opt');
    expect(await cwdOf(['--cwd', '/tmp'], { ...space.env, IRIS_CWD: '/opt' })).toBe('/tmp');
  });

  test('that is a program runs in a sandbox, not here', async () => {
    await using space = await openWorkspace();
    const planted = join(space.dir, 'planted');
    await space.write({
      'show.ts': SHOW,
      'iris.config.js': `import { writeFileSync } from 'node:fs';
        try { writeFileSync(${JSON.stringify(planted)}, 'x'); } catch {}
        export default { env: { FROM: process.env.HOME } };`,
    });

    const result = await space.iris(['run', 'show.ts']);

    expect(result.stdout).toBe('/home/user\n');
    expect(existsSync(planted)).toBe(false);
  });

  test('that is a broken program names the file and the reason', async () => {
    await using space = await openWorkspace();
    await space.write({ 'show.ts': SHOW, 'iris.config.js': "throw new TypeError('no such luck')" });

    const result = await space.iris(['run', 'show.ts']);

    expect(result.exitCode).toBe(78);
    expect(result.stderr).toContain('iris.config.js');
    expect(result.stderr).toContain('no such luck');
  });
});
