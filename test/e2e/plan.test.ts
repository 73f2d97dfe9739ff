import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { RunPlan } from '../../src/contract/run-plan.ts';
import { openWorkspace, type Workspace } from '../support/workspace.ts';

/** Put together here, so that no scanner takes this file for a leak. */
const KEY = ['AKIA', 'ABCDEFGH12345678'].join('');

describe('iris run --plan', () => {
  let space: Workspace;
  beforeAll(async () => {
    space = await openWorkspace();
    await space.write({
      'a.ts': "import { b } from './lib/b.ts';\nimport { p } from 'pkg';\nconsole.log(b, p);",
      'lib/b.ts': "export { c as b } from './c.ts';",
      'lib/c.ts': 'export const c = 1;',
      'node_modules/pkg/package.json': '{"name":"pkg","main":"index.js"}',
      'node_modules/pkg/index.js': 'exports.p = 2;',
      'data/a.txt': 'aaaa',
      'data/b.log': 'b',
      'data/c.big': 'c',
      'data/key.txt': KEY,
      'tools.ts': "import { iris } from 'iris-prime'; console.log(typeof iris);",
      '.gitignore': '*.log\n',
      '.irisignore': '*.big\n',
    });
  });
  afterAll(async () => {
    await space[Symbol.asyncDispose]();
  });

  async function planOf(...words: string[]): Promise<{ plan: RunPlan; exitCode: number | undefined }> {
    const { stdout, exitCode } = await space.iris(['run', '--plan', '--json', ...words]);
    return { plan: JSON.parse(String(stdout)), exitCode };
  }

  test('tells what would be sent and why, and does nothing', async () => {
    const { plan, exitCode } = await planOf(
      '--include',
      'data/*',
      '--allow-secret-file',
      'data/key.txt',
      'a.ts',
    );

    expect(exitCode).toBe(0);
    expect(plan.files.sources).toEqual([
      { file: 'a.ts', bytes: 75, via: [] },
      { file: 'lib/b.ts', bytes: 32, via: ['a.ts'] },
      { file: 'lib/c.ts', bytes: 19, via: ['a.ts', 'lib/b.ts'] },
    ]);
    expect(plan.files.packages).toMatchObject([{ name: 'pkg', files: 1, via: ['a.ts'] }]);
    expect(plan.files.includes.map(({ file }) => file)).toEqual(['data/a.txt', 'data/key.txt']);
    expect(plan.files.ignored).toEqual([
      { file: 'data/b.log', by: '.gitignore' },
      { file: 'data/c.big', by: '.irisignore' },
    ]);
    expect(plan.files.upload.files).toBe(3);
    expect(plan.sandbox).toMatchObject({ state: 'new', provider: 'embedded' });
    expect(plan.refusal).toBeUndefined();
    expect((await space.iris(['sandbox', 'ls', '--json'])).stdout).toBe('[]\n');
  });

  test('tells the rights of the script: network, limits, variables by name, tools', async () => {
    const words = [
      '--net',
      '--timeout',
      '90s',
      '-e',
      'TOKEN=not-shown',
      '--deny-tool',
      'delete',
      '--ask-tool',
      'write',
    ];
    const { plan } = await planOf(...words, 'tools.ts');

    expect(plan).toMatchObject({ hasNetwork: true, timeoutMs: 90_000, variables: ['TOKEN'] });
    expect(JSON.stringify(plan)).not.toContain('not-shown');
    expect(plan.limits).toMatchObject({ maxThreads: 512 });
    expect(plan.tools).toMatchObject({ isUsed: true });
    expect(plan.tools.denied).toContain('data_delete');
    expect(plan.tools.asked).toContain('telemetry_log');
    expect(plan.tools.allowed).toContain('telemetry_query');
  });

  test('knows the sandbox that is there, and what it has', async () => {
    await space.iris(['run', 'a.ts']);

    const { plan } = await planOf('a.ts');

    expect(plan.sandbox).toMatchObject({ state: 'live', name: 'default', id: expect.any(String) });
    expect(plan.files.upload).toEqual({ files: 0, bytes: 0 });
  });

  test('is the same for people, as --dry-run and without a daemon', async () => {
    const shown = await space.iris(['run', '--dry-run', '--no-daemon', '--include', 'data/a.txt', 'a.ts']);

    expect(shown.exitCode).toBe(0);
    expect(shown.stdout).toContain('lib/c.ts  19B   a.ts > lib/b.ts');
    expect(shown.stdout).toMatch(/^network +closed$/m);
    expect(shown.stdout).toContain('data/a.txt  4B    /home/user/data/a.txt');
  });

  test('ends with the refusal that the run would end with', async () => {
    const { plan, exitCode } = await planOf('--include', 'data', 'a.ts');

    expect(exitCode).toBe(65);
    expect(plan.refusal).toMatchObject({ code: 'SECRET_FOUND' });
    expect(plan.files.secrets).toEqual([
      { file: 'data/key.txt', look: 'a key of AWS (line 1)', isAllowed: false },
    ]);
  });
});

describe('a file that looks like a secret', () => {
  test('is not sent, in a pattern or in the script, unless it is named', async () => {
    await using space = await openWorkspace();
    await space.write({
      'leak.ts': `const key = "${KEY}"; console.log(key.length);`,
      'ok.ts': 'console.log(1)',
      'conf/.env': 'A=1',
    });

    const script = await space.iris(['run', 'leak.ts']);
    expect(script.exitCode).toBe(65);
    expect(script.stderr).toContain('iris: leak.ts looks like a key of AWS (line 1)');
    expect(script.stderr).not.toContain(KEY);
    const pattern = await space.iris(['run', '--include', 'conf/.*', 'ok.ts']);
    expect(pattern.stderr).toContain('conf/.env looks like a file of variables');
    expect((await space.iris(['run', '--include', 'conf/.env', 'ok.ts'])).stdout).toBe('1\n');
    expect((await space.iris(['run', '--allow-secret-file', 'leak.ts', 'leak.ts'])).stdout).toBe('20\n');
  });
});
