import { existsSync, readFileSync } from 'node:fs';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { execa } from 'execa';
import { installApart } from './install-apart.ts';

const CHECKERS = ['publint@0.3.25', '@arethetypeswrong/cli@0.18.5'];
const NODES = ['node@20', 'node@22', 'node@24'];
const INSTALL_SCRIPTS = ['preinstall', 'install', 'postinstall'];
const NEEDED = [
  'LICENSE',
  'README.md',
  'bin/iris.cjs',
  'dist/THIRD-PARTY-LICENCES.txt',
  'templates/hello/hello.ts',
];
const STRAY = /^(?:src|test|bench|scripts|node_modules)\/|\.map$|\.test\.|^\.env/;

/** Packs iris as it would be published, looks at it, and uses it as somebody who installs it would. */
async function checkPackage(): Promise<void> {
  const place = await mkdtemp(join(tmpdir(), 'iris-package-'));
  try {
    const tarball = await pack(place);
    await checkWithOthers(tarball);
    for (const node of NODES) await tryOn(node, tarball, join(place, node.replace('@', '-')));
  } finally {
    await rm(place, { recursive: true, force: true });
  }
}

async function pack(place: string): Promise<string> {
  const { stdout } = await execa('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', place]);
  const [packed]: { filename: string; size: number; unpackedSize: number; files: { path: string }[] }[] =
    JSON.parse(stdout);
  if (packed === undefined) throw new Error('npm packed nothing');
  const { filename, files, size, unpackedSize } = packed;
  const paths = files.map(({ path }) => path);
  const { scripts }: { scripts: Record<string, string> } = JSON.parse(readFileSync('package.json', 'utf8'));
  const missing = NEEDED.filter((path) => !paths.includes(path));
  const stray = paths.filter((path) => STRAY.test(path));
  const toMb = (bytes: number): string => `${(bytes / 1e6).toFixed(1)} MB`;
  report(`has ${files.length} files, ${toMb(size)} packed and ${toMb(unpackedSize)} unpacked`, true);
  report(
    `has all that it needs${missing.length > 0 ? `, but for ${missing.join(', ')}` : ''}`,
    missing.length === 0,
  );
  report(`has nothing else${stray.length > 0 ? `, but for ${stray.join(', ')}` : ''}`, stray.length === 0);
  report('runs no script when it is installed', !INSTALL_SCRIPTS.some((name) => name in scripts));
  return join(place, filename);
}

async function checkWithOthers(tarball: string): Promise<void> {
  await using apart = await installApart(CHECKERS, undefined);
  if (apart === undefined) return;
  const run = (tool: string, args: readonly string[]) =>
    execa(apart.node, [join(apart.modules, tool), ...args], { reject: false, all: true });
  const lint = await run('publint/src/cli.js', ['run', tarball, '--strict']);
  report('is right to publint', lint.exitCode === 0, lint.all);
  // Node's own resolution of modules is what it is made for: nothing else reads its exports.
  const types = await run('@arethetypeswrong/cli/dist/index.js', [
    tarball,
    '--profile',
    'esm-only',
    '--no-color',
  ]);
  report('has types that fit its code', types.exitCode === 0, types.all);
}

/** Installs the tarball into an empty folder, with one version of Node, and runs a template with it. */
async function tryOn(node: string, tarball: string, dir: string): Promise<void> {
  await using apart = await installApart([], undefined, node);
  if (apart === undefined) return;
  await mkdir(dir, { recursive: true });
  await writeFile(join(dir, 'package.json'), '{ "private": true }\n');
  const env = {
    PATH: [dirname(apart.node), process.env['PATH'] ?? ''].join(delimiter),
    HOME: dir,
    IRIS_STATE_DIR: join(dir, 'state'),
    IRIS_CACHE_DIR: join(dir, 'cache'),
    npm_config_cache: join(dir, 'npm-cache'),
  };
  const startedAt = performance.now();
  const installed = await execa('npm', ['install', '--no-audit', '--no-fund', tarball], {
    cwd: dir,
    env,
    reject: false,
    all: true,
  });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const version = (await execa(apart.node, ['--version'])).stdout;
  const packages = await countPackages(join(dir, 'node_modules'));
  report(
    `installs on Node ${version}: ${packages} packages in ${seconds} s, with nothing in the cache`,
    installed.exitCode === 0,
    installed.all,
  );
  if (installed.exitCode !== 0) return;
  const iris = irisOf(dir, env);
  const made = await iris(['init', 'hello', '--yes', '--no-install', '--template', 'hello']);
  const run = await iris(['run', 'hello/hello.ts', 'reader']);
  if (node === NODES.at(-1)) await tryTemplates(dir, env);
  await iris(['daemon', 'stop']);
  report(
    `makes and runs its first template on Node ${version}`,
    /Hello, reader!/.test(run.stdout),
    `${made.all}\n${run.all}`,
  );
}

type Env = Readonly<Record<string, string>>;

function irisOf(dir: string, env: Env) {
  // It triples the start of every process of Node 20.
  const quick = { ...env, NODE_EXTRA_CA_CERTS: undefined };
  return (args: readonly string[], cwd = dir) =>
    execa(join(dir, 'node_modules/.bin/iris'), args, { cwd, env: quick, reject: false, all: true });
}

/** Checks the types of every template against the package as it is installed, in the folder where that is. */
async function tryTemplates(dir: string, env: Env): Promise<void> {
  const needed = ['typescript@6', '@types/node@22', '@modelcontextprotocol/server@2', 'zod@4'];
  const install = await execa('npm', ['install', '--no-audit', '--no-fund', ...needed], {
    cwd: dir,
    env,
    reject: false,
    all: true,
  });
  report('finds what its templates are checked with', install.exitCode === 0, install.all);
  const iris = irisOf(dir, env);
  const templates: { name: string }[] = JSON.parse((await iris(['init', '--list', '--json'])).stdout);
  for (const { name } of templates) {
    const project = join(dir, 'made', name);
    const made = await iris(['init', project, '--yes', '--no-install', '--template', name]);
    const hasTypes = existsSync(join(project, 'tsconfig.json'));
    const types = hasTypes
      ? await execa(join(dir, 'node_modules/.bin/tsc'), ['-p', project], { env, reject: false, all: true })
      : made;
    report(
      `makes the template ${name}${hasTypes ? ', whose types are right' : ''}`,
      made.exitCode === 0 && types.exitCode === 0,
      types.all,
    );
  }
}

async function countPackages(modules: string): Promise<number> {
  const lock = await readFile(join(modules, '.package-lock.json'), 'utf8').catch(() => undefined);
  if (lock === undefined) return (await readdir(modules)).length;
  const { packages }: { packages: Record<string, unknown> } = JSON.parse(lock);
  return Object.keys(packages).length;
}

function report(what: string, isRight: boolean, said = ''): void {
  console.log(`${isRight ? 'ok  ' : 'FAIL'} the package ${what}`);
  if (isRight) return;
  console.log(said);
  process.exitCode = 1;
}

await checkPackage();
