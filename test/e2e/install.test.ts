import { afterAll, beforeAll, expect, test } from 'vitest';
import { openPackageRegistry, type PackageRegistry } from '../support/package-registry.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

/** The wall lets nobody reach a registry on this machine. */
const OPEN = ['--isolation', 'none'];

let space: Workspace;
let registry: PackageRegistry;
beforeAll(async () => {
  registry = await openPackageRegistry();
  space = await openWorkspace();
  await space.write({
    'node_modules/tiny-native/package.json': '{ "name": "tiny-native", "version": "1.0.0" }',
    'node_modules/tiny-native/index.js': "module.exports = require('./build/tiny.node');",
    'node_modules/tiny-native/build/tiny.node': '\x7fELF',
    'native.ts': "import name from 'tiny-native'; console.log(name);",
    'plain.ts': 'console.log(1);',
    'wheel.py': 'import tiny_wheel\nprint(tiny_wheel.NAME)\n',
    'both.sh': 'node -p \'require("tiny-native")\'\npython3 -c "import tiny_wheel; print(tiny_wheel.NAME)"\n',
  });
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
  await registry[Symbol.asyncDispose]();
});

function run(...args: string[]) {
  const env = {
    ...space.env,
    npm_config_registry: `${registry.url}/`,
    PIP_INDEX_URL: `${registry.url}/simple/`,
  };
  return space.iris(['run', ...OPEN, ...args], { env });
}

test('a native module is named with the flag that lets the sandbox have its own', async () => {
  const failed = await run('native.ts');

  expect(failed.exitCode).toBe(65);
  expect(failed.stderr).toContain('Cannot bundle the native module node_modules/tiny-native/build/tiny.node');
  expect(failed.stderr).toContain('--install tiny-native');
});

test('--install takes the version that the project has, once in each sandbox', async () => {
  const first = await run('--install', 'tiny-native', 'native.ts');
  const asked = registry.requests.length;
  const second = await run('--install', 'tiny-native', 'native.ts');

  expect(first.stderr).toContain('Installing tiny-native@1.0.0 in the sandbox');
  expect([first.stdout, second.stdout]).toEqual(['tiny 1.0.0\n', 'tiny 1.0.0\n']);
  expect(asked).toBeGreaterThan(0);
  expect(registry.requests).toHaveLength(asked);
  expect(second.stderr).not.toContain('Installing');
});

test('another version lies beside the first one', async () => {
  const newer = await run('--install', 'tiny-native@2', 'native.ts');
  const older = await run('--install', 'tiny-native', 'native.ts');

  expect([newer.stdout, older.stdout]).toEqual(['tiny 2.0.0\n', 'tiny 1.0.0\n']);
});

test('Python gets its packages from pip, and a shell script from where it says', async () => {
  const python = await run('--install', 'tiny-wheel', 'wheel.py');
  const shell = await run('--install', 'npm:tiny-native@2.0.0', '--install', 'pip:tiny-wheel', 'both.sh');
  const unclear = await run('--install', 'tiny-wheel', 'both.sh');

  expect(python.stdout).toBe('tiny_wheel\n');
  expect(shell.stdout).toBe('tiny 2.0.0\ntiny_wheel\n');
  expect(unclear.exitCode).toBe(64);
  expect(unclear.stderr).toContain('--install npm:tiny-wheel or --install pip:tiny-wheel');
});

test('a package that is not there says so, runs nothing and leaves no sandbox', async () => {
  const before = JSON.parse(String((await space.iris(['sandbox', 'ls', '--json'])).stdout));
  const failed = await run('--new', '--install', 'no-such-package', 'plain.ts');
  const after = JSON.parse(String((await space.iris(['sandbox', 'ls', '--json'])).stdout));

  expect(failed.exitCode).toBe(69);
  expect(failed.stdout).toBe('');
  expect(failed.stderr).toMatch(/npm could not install no-such-package: .*Not Found/);
  expect(failed.stderr).toContain('Look at its name and version');
  expect(after).toHaveLength(before.length);
});

test.each(['--global', '../evil', 'https://example.com/x.tgz', 'a b', 'x; rm -rf /'])(
  '--install %s names no package',
  async (word) => {
    const refused = await run(`--install=${word}`, 'native.ts');

    expect(refused.exitCode).toBe(64);
    expect(refused.stderr).toContain('names no package of npm');
  },
);

test('a registry with a password is refused, and the password is not repeated', async () => {
  const refused = await space.iris(['run', '--install', 'tiny-native', 'native.ts'], {
    env: { ...space.env, npm_config_registry: 'https://me:hunter2@registry.example.com/' },
  });

  expect(refused.exitCode).toBe(64);
  expect(refused.stderr).toContain('npm_config_registry holds a password');
  expect(refused.stderr).not.toContain('hunter2');
});

test('--plan tells what would be installed', async () => {
  const plan = await run('--plan', '--install', 'tiny-native', 'native.ts');

  expect(plan.stdout).toMatch(/installs +npm tiny-native@1\.0\.0/);
});
