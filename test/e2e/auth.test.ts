import { chmod, mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from '../support/real-host.ts';
import { openTerminal } from '../support/terminal.ts';
import { IRIS_BIN, openWorkspace, type IrisOptions, type Workspace } from '../support/workspace.ts';

// The host stands in for E2B's cloud; each test has a home of its own and all of them one daemon.
let host: EmbeddedHost;
let space: Workspace;
beforeAll(async () => {
  host = await openRealHost();
  space = await openWorkspace();
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
  await host[Symbol.asyncDispose]();
});

const SHOW = "console.log('ran', Object.keys(process.env).filter((name) => name.startsWith('E2B_API')));";

/** A home without a key and a project, whose calls go to the host. */
async function newHome(name: string) {
  const home = join(space.home, name);
  const cwd = join(space.dir, name);
  await mkdir(home);
  await space.write({ [`${name}/x.ts`]: SHOW });
  const env = { ...space.env, HOME: home, E2B_API_URL: host.url, E2B_SANDBOX_URL: host.url };
  const keyFile = join(home, '.config/iris/auth/keys.json');
  const iris = async (words: readonly string[], options: IrisOptions = {}) =>
    await space.iris(words, { cwd, env, ...options });
  return {
    env,
    iris,
    keyFile,
    auth: async (words: readonly string[], input?: string) =>
      await iris(['auth', ...words], input === undefined ? {} : { stdin: 'pipe', input }),
    provider: async (more: Readonly<Record<string, string>> = {}) => {
      const { stdout } = await iris(['run', '--json', '--rm', 'x.ts'], { env: { ...env, ...more } });
      return /"provider":"(\w+)"/.exec(String(stdout))?.[1];
    },
  };
}

test.concurrent('a key that was typed in once is used by the next runs, until it is forgotten', async () => {
  const { auth, env, iris, keyFile, provider } = await newHome('file');
  expect(await provider()).toBe('embedded');

  // The key comes late, as from a program that has to ask for it.
  const login = await execa(
    'sh',
    ['-c', `(sleep 0.5; echo "$KEY") | "$0" -- "$1" auth login --file`, process.execPath, IRIS_BIN],
    {
      cwd: space.dir,
      env: { ...env, KEY: host.apiKey },
      extendEnv: false,
      stripFinalNewline: false,
      reject: false,
    },
  );

  expect([login.exitCode, login.stderr]).toEqual([0, '']);
  expect(login.stdout).toBe(`E2B_API_KEY for ${host.url} is kept in a file that only you can read\n`);
  expect((await stat(keyFile)).mode & 0o777).toBe(0o600);
  expect((await stat(dirname(keyFile))).mode & 0o777).toBe(0o700);
  const run = await iris(['run', '-v', '--rm', 'x.ts']);
  expect([run.stdout, run.stderr]).toEqual([
    'ran []\n',
    expect.stringContaining('E2B_API_KEY from the file'),
  ]);
  expect(await provider()).toBe('e2b');
  expect((await iris(['doctor'])).stdout).toContain(`e2b at ${host.url}, E2B_API_KEY is in the file`);
  expect((await iris(['config', 'list', '--explain'])).stdout).toContain(
    'E2B_API_KEY from the file means e2b',
  );
  expect(await readFile(join(space.stateDir, 'irisd.log'), 'utf8')).not.toContain(host.apiKey);

  const status = await auth(['status', '--verify', '--json']);
  expect(JSON.parse(String(status.stdout))).toMatchObject({
    from: 'file',
    works: true,
    ends: host.apiKey.slice(-4),
  });
  expect(status.stdout).not.toContain(host.apiKey);
  expect((await auth(['logout'])).stdout).toContain('is gone from the file');
  expect((await auth(['logout'])).stdout).toContain('was not kept');
  expect((await auth(['status'])).exitCode).toBe(1);
  expect(await provider()).toBe('embedded');
});

test.concurrent('a key for one address goes to no other, and a variable counts before it', async () => {
  const { auth, provider } = await newHome('bound');
  const login = await auth(['login', '--file'], host.apiKey);

  expect([login.exitCode, login.stderr]).toEqual([0, '']);
  expect(await provider({ E2B_API_URL: `${host.url}/` })).toBe('e2b');
  expect(await provider({ E2B_API_URL: 'http://127.0.0.1:9' })).toBe('embedded');
  expect(await provider({ E2B_API_KEY: 'e2b_wrong' })).toBeUndefined();
  expect(await provider({ IRIS_PROVIDER: 'embedded' })).toBe('embedded');
});

test.concurrent(
  'a wrong key, no answer and a key in an argument keep nothing and repeat nothing',
  async () => {
    const { auth, env, iris, keyFile } = await newHome('wrong');
    const wrong = 'e2b_0123456789abcdef0123';

    const results = [
      await auth(['login'], wrong),
      await iris(['auth', 'login'], {
        env: { ...env, E2B_API_URL: 'http://127.0.0.1:9' },
        stdin: 'pipe',
        input: wrong,
      }),
      await auth(['login', wrong]),
      await auth(['login', `--key=${wrong}`, '--json']),
      await auth(['login'], ''),
      await auth(['login', '--database'], 'mysql://me:pw@db/x'),
    ];

    expect(results.map(({ exitCode }) => exitCode)).toEqual([77, 69, 64, 64, 64, 64]);
    expect(results[0]?.stderr).toContain('does not take this API key');
    expect(results[1]?.stderr).toContain('--no-verify');
    for (const { stdout, stderr } of results)
      expect(String(stdout) + String(stderr)).not.toMatch(/0123456789|me:pw/);
    await expect(stat(keyFile)).rejects.toThrow('ENOENT');
  },
);

test.concurrent('a file that others can read is refused', async () => {
  const { auth, env, iris, keyFile } = await newHome('shared');
  await auth(['login', '--file', '--no-verify'], host.apiKey);
  await chmod(keyFile, 0o644);

  const run = await iris(['run', 'x.ts']);

  expect([run.exitCode, run.stderr]).toEqual([66, expect.stringContaining(`chmod 600 ${keyFile}`)]);
  expect((await auth(['status'])).exitCode).toBe(1);
  expect(
    (await iris(['run', '--provider', 'embedded', 'x.ts'], { env: { ...env, IRIS_STORE: 'embedded' } }))
      .exitCode,
  ).toBe(0);
});

test.concurrent('a database is kept too, and iris doctor opens it', async () => {
  const { auth, iris } = await newHome('database');
  await auth(['login', '--database', '--file'], 'postgres://me:hidden-word@127.0.0.1:9/x');

  const doctor = await iris(['doctor']);

  expect(doctor.stdout).toMatch(/store .*127\.0\.0\.1:9|ECONNREFUSED/);
  expect(doctor.stdout).not.toContain('hidden-word');
});

test.concurrent('what is typed at the terminal is not shown', async () => {
  const { env } = await newHome('typed');
  using terminal = openTerminal([process.execPath, IRIS_BIN, 'auth', 'login', '--file'], {
    cwd: space.dir,
    env,
  });

  await terminal.see('(it is not shown): ');
  terminal.type(`x\u0015${host.apiKey}y\u007f\r`);
  const { shown, exitCode } = await terminal.ended;

  expect([exitCode, shown]).toEqual([0, expect.stringContaining('is kept in a file')]);
  expect(shown).not.toContain(host.apiKey.slice(0, 8));
});

/** Keeps values in files, notes how it was called, and does not answer when told so. */
const SECRET_TOOL = `#!/bin/sh
echo "$@" >> "$(dirname "$0")/calls"
[ -e "$(dirname "$0")/locked" ] && { echo locked >&2; exit 1; }
for last; do :; done
file="$(dirname "$0")/value-$(echo "$last" | tr -c 'A-Za-z0-9\\n' _)"
case "$1" in
store) cat > "$file" ;;
lookup) [ -e "$file" ] && cat "$file" ;;
clear) rm -f "$file" ;;
esac
`;

test.runIf(process.platform === 'linux')(
  'a keychain is asked once, and no argument has the key',
  { concurrent: true },
  async () => {
    await using own = await openWorkspace();
    const bin = join(own.home, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'secret-tool'), SECRET_TOOL, { mode: 0o755 });
    await own.write({ 'x.ts': '' });
    const env = {
      ...own.env,
      PATH: `${bin}:${own.env['PATH'] ?? ''}`,
      E2B_API_URL: host.url,
      E2B_SANDBOX_URL: host.url,
    };
    const calls = async () => (await readFile(join(bin, 'calls'), 'utf8')).trim().split('\n');
    const auth = async (...words: string[]) =>
      await own.iris(['auth', ...words], { env, stdin: 'pipe', input: host.apiKey });

    expect((await auth('login')).stdout).toContain('is kept in the keychain');
    expect(await readFile(join(own.home, '.config/iris/auth/keys.json'), 'utf8')).not.toContain(host.apiKey);
    const before = (await calls()).length;
    const runs = [];
    for (let run = 0; run < 3; run++) runs.push(await own.iris(['run', '-v', 'x.ts'], { env }));
    expect(runs.map(({ stderr }) => stderr)).toEqual(
      runs.map(() => expect.stringContaining('from the keychain')),
    );
    expect((await calls()).length).toBe(before + 1);
    expect(JSON.parse(String((await auth('status', '--json')).stdout))).toMatchObject({ from: 'keychain' });

    await auth('logout');
    expect((await own.iris(['run', '-v', 'x.ts'], { env })).stderr).not.toContain('keychain');
    expect((await calls()).at(-1)).toMatch(/^clear /);

    await auth('login');
    await writeFile(join(bin, 'locked'), '');
    const left = await auth('logout');
    expect([left.exitCode, left.stderr]).toEqual([77, expect.stringContaining('still in the keychain')]);
    const fallen = await auth('login');
    expect([fallen.stdout, fallen.stderr]).toEqual([
      expect.stringContaining('in a file that only you can read'),
      expect.stringContaining('not in the keychain: The keychain cannot be used'),
    ]);
    expect((await calls()).join('\n')).not.toContain(host.apiKey);
  },
);
