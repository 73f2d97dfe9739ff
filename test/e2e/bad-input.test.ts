import { chmod, mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { IRIS_BIN, openWorkspace, type Workspace } from '../support/workspace.ts';

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
});

interface Bad {
  readonly what: string;
  readonly args: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
  readonly exit: number;
  readonly says: readonly string[];
}

const CASES: readonly Bad[] = [
  {
    what: 'no script',
    args: ['run'],
    exit: 64,
    says: ["missing required argument 'script'", '  See: iris run --help'],
  },
  {
    what: 'a mistyped command',
    args: ['sandbox', 'lss'],
    exit: 64,
    says: ["unknown command 'lss'", '  Did you mean ls?'],
  },
  {
    what: 'an unknown command',
    args: ['frobnicate'],
    exit: 64,
    says: ["unknown command 'frobnicate'", '  See: iris --help'],
  },
  {
    what: 'a mistyped option',
    args: ['run', '--timeuot', '3', 'x.ts'],
    exit: 64,
    says: ['--timeuot', '  Did you mean --timeout?'],
  },
  {
    what: 'a missing script',
    args: ['run', 'helo.ts'],
    files: { 'hello.ts': '' },
    exit: 66,
    says: ['helo.ts', 'hello.ts'],
  },
  {
    what: 'a syntax error, with place and code',
    args: ['run', 'bad.ts'],
    files: { 'bad.ts': 'const a = 1;\nconst b = = 2;\n' },
    exit: 65,
    says: ['bad.ts:2:11', 'const b = = 2;'],
  },
  {
    what: 'a package that is not installed',
    args: ['run', 'imports.ts'],
    files: { 'imports.ts': "import { z } from 'zodd';\nz;\n" },
    exit: 65,
    says: ['zodd', 'imports.ts:1'],
  },
  {
    what: 'a local import that is not there',
    args: ['run', 'local.ts'],
    files: { 'local.ts': "import './nowhere.ts';\n" },
    exit: 65,
    says: ['./nowhere.ts', 'local.ts:1'],
  },
  {
    what: 'an include that matches nothing',
    args: ['run', '--include', 'no/*.csv', 'ok.ts'],
    files: { 'ok.ts': '' },
    exit: 66,
    says: ['no/*.csv'],
  },
  {
    what: 'an env file that is not there',
    args: ['run', '--env-file', '.envv', 'ok.ts'],
    files: { 'ok.ts': '' },
    exit: 66,
    says: ['.envv'],
  },
  {
    what: 'a variable that is not set',
    args: ['run', '-e', 'NOPE', 'ok.ts'],
    files: { 'ok.ts': '' },
    exit: 64,
    says: ['NOPE'],
  },
  {
    what: 'an impossible time limit',
    args: ['run', '--timeout', 'soon', 'ok.ts'],
    files: { 'ok.ts': '' },
    exit: 64,
    says: ['--timeout', 'soon'],
  },
  {
    what: 'a negative time limit',
    args: ['run', '--timeout=-5s', 'ok.ts'],
    files: { 'ok.ts': '' },
    exit: 64,
    says: ['--timeout'],
  },
  {
    what: 'a working directory that is not there',
    args: ['run', '--cwd', '/nope', 'ok.ts'],
    files: { 'ok.ts': '' },
    exit: 64,
    says: ['/nope'],
  },
  {
    what: 'an unknown flag',
    args: ['run', '--tiemout', '5s', 'ok.ts'],
    exit: 64,
    says: ['--tiemout', '--timeout'],
  },
  { what: 'an unknown command', args: ['rnu', 'x.ts'], exit: 64, says: ['rnu', 'run'] },
  { what: 'a missing argument', args: ['run'], exit: 64, says: ['script'] },
  {
    what: 'a bad isolation',
    args: ['run', '--isolation', 'docker', 'ok.ts'],
    exit: 64,
    says: ['--isolation', 'docker', 'bubblewrap'],
  },
];

describe('iris answers with one clear error', () => {
  test.for(CASES)('for $what', async ({ args, files, exit, says }) => {
    if (files !== undefined) await space.write(files);

    const result = await space.iris(args);

    expect(result.stderr).toMatch(/^iris: /);
    for (const words of says) expect(result.stderr).toContain(words);
    expect(result.stderr).not.toMatch(/^\s+at /m);
    expect(result.stdout).toBe('');
    expect(result.exitCode).toBe(exit);
  });

  test('for a script that is a directory', async () => {
    await mkdir(join(space.dir, 'folder.ts'), { recursive: true });

    const result = await space.iris(['run', 'folder.ts']);

    expect(result.exitCode).toBe(66);
    expect(result.stderr).toContain('folder.ts');
  });

  test.skipIf(process.getuid?.() === 0)(
    'for an include that cannot be read (root reads everything)',
    async () => {
      await space.write({ 'locked.txt': 'x', 'ok.ts': '' });
      await chmod(join(space.dir, 'locked.txt'), 0o000);

      const result = await space.iris(['run', '--include', 'locked.txt', 'ok.ts']);

      expect(result.exitCode).toBe(66);
      expect(result.stderr).toContain('locked.txt');
    },
  );

  test('for a malformed config, with file, line and suggestion', async () => {
    await using own = await openWorkspace();
    await own.write({ 'ok.ts': '', '.irisrc': 'sandbox: work\ntimout: 5m\n' });

    const result = await own.iris(['run', 'ok.ts']);

    expect(result.exitCode).toBe(78);
    expect(result.stderr).toContain('.irisrc:2');
    expect(result.stderr).toContain('timeout');
  });

  test('for a secret in the config, without repeating it', async () => {
    await using own = await openWorkspace();
    await own.write({
      'ok.ts': '',
      '.irisrc': 'env:\n  E2B_API_KEY: e2b_0123456789abcdef0123456789abcdef01234567\n',
    });

    const result = await own.iris(['run', 'ok.ts']);

    expect(result.exitCode).toBe(78);
    expect(result.stderr).toContain('E2B_API_KEY');
    expect(result.stderr).not.toContain('0123456789');
  });

  test('as JSON with --json, the exit event last', async () => {
    const result = await space.iris(['run', '--json', 'missing.ts']);

    const events = String(result.stdout)
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
    expect(events.at(-2)).toMatchObject({ type: 'error', error: { code: 'FILE_NOT_FOUND' } });
    expect(events.at(-1)).toEqual({ v: 1, type: 'exit', origin: 'iris', code: 66 });
  });

  test('for output that cannot be written, and the script is stopped', async () => {
    await space.write({ 'endless.ts': 'setInterval(() => console.log("x".repeat(1000)), 1);' });

    const result = await execa('bash', ['-c', `"${IRIS_BIN}" run endless.ts >/dev/full`], {
      cwd: space.dir,
      env: space.env,
      extendEnv: false,
      reject: false,
    });

    expect(result.exitCode).toBe(74);
    expect(result.stderr).toMatch(/^iris: Cannot write the output: ENOSPC/m);
    expect(result.stderr).not.toMatch(/^\s+at /m);
  });

  test('and a stack trace only with --debug', async () => {
    const result = await space.iris(['run', '--debug', 'missing.ts']);

    expect(result.stderr).toMatch(/^\s+at /m);
  });
});

test('wrong usage is one JSON object with --json', async () => {
  const result = await space.iris(['run', '--json', '--timeuot', '3', 'x.ts']);

  expect(result.exitCode).toBe(64);
  expect(JSON.parse(String(result.stdout)).error).toMatchObject({
    code: 'USAGE_INVALID',
    message: "unknown option '--timeuot'",
    hint: 'Did you mean --timeout?',
  });
  expect(result.stderr).toBe('');
});

test.for([[], ['run'], ['sandbox', 'ls']])('iris help %j shows what --help shows', async (words) => {
  const [help, flag] = await Promise.all([space.iris(['help', ...words]), space.iris([...words, '--help'])]);

  expect([help.stdout, help.exitCode]).toEqual([flag.stdout, 0]);
  expect(help.stdout).toContain('Usage: iris');
});
