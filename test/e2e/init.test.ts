import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { chmod, mkdir, symlink, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTerminal } from '../support/terminal.ts';
import { IRIS_BIN, openWorkspace, type Workspace } from '../support/workspace.ts';

const hasPython = existsSync('/usr/bin/python3');

/** What a template prints, in order. */
interface Output {
  readonly template: string;
  readonly patterns: readonly RegExp[];
  /** Of a second run. */
  readonly again?: RegExp;
}

const OUTPUTS: readonly Output[] = [
  { template: 'hello', patterns: [/^Hello, world! This is Node \d+/] },
  {
    template: 'pattern-discovery',
    patterns: [/Logged 25 conversations/, /channel=mail\n {2}fails in 77 %/, /Look at run_/],
  },
  {
    template: 'reflexion',
    patterns: [/parseInt: 1 of 3 right \(partial\)/, /all units: 3 of 3 right/],
    again: /parseInt: not tried again/,
  },
  { template: 'consensus', patterns: [/guardian says approve/, /reached: approved \(3 approve\)/] },
  {
    template: 'prompt-registry',
    patterns: [
      /version 1 and version 2/,
      /\+You review/,
      /production is version 2, since now/,
      /const x = <any>y;/,
    ],
    again: /production is version 2, as before/,
  },
  { template: 'metrics', patterns: [/Recorded 60 measurements/, /builtin +20 +\d/, /insertion +20/] },
  { template: 'workflow', patterns: [/5 orders, 4 of them count/, /alder: 180/, /read > keep > sum/] },
  { template: 'mcp-server', patterns: [/3 tickets/, /App crashes when offline \[crash\]/] },
  {
    template: 'python',
    patterns: [/Most often in this run: \d+/, /Runs of the last day: 1,/],
    again: /Runs of the last day: 2,/,
  },
  { template: 'ci-github', patterns: [/3 prices, 0 problems/] },
];

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
});

const init = (...words: string[]) => space.iris(['init', ...words]);

describe('each template', () => {
  test.each(OUTPUTS)('$template is made, and does what it says', async ({ template, patterns, again }) => {
    if (template === 'python' && !hasPython) return;
    const dir = join(space.dir, template);
    const made = await init(template, '--yes', '--no-install', '--template', template, '--json');
    const { next, files } = JSON.parse(String(made.stdout));
    if (existsSync(join(dir, 'package.json')))
      await symlink(resolve('node_modules'), join(dir, 'node_modules'));

    expect(made.exitCode).toBe(0);
    expect(files).toContain('.gitignore');
    expect(readFileSync(join(dir, 'README.md'), 'utf8')).toMatch(/^# /);
    expect(next.length).toBeGreaterThanOrEqual(3);
    const run = await runIn(dir, next);
    const text = String(run.stdout);
    let from = 0;
    for (const pattern of patterns) {
      expect(text.slice(from)).toMatch(pattern);
      from += text.slice(from).search(pattern);
    }
    expect(run.exitCode).toBe(0);
    if (again !== undefined) expect(String((await runIn(dir, next)).stdout)).toMatch(again);
  });

  /** Follows the commands that were printed, but for those of package managers. */
  async function runIn(dir: string, next: readonly string[]) {
    const commands = next.flatMap((line) => /^(?:npx )?iris (.*)$/.exec(line)?.[1] ?? []);
    const words = commands.map((line) => line.split(' ').map((word) => word.replaceAll("'", '')));
    for (const before of words.filter(([verb]) => verb === 'mcp')) await space.iris(before, { cwd: dir });
    const run = words.find(([verb]) => verb === 'run') ?? [];
    return await space.iris(run, { cwd: dir });
  }

  test('is listed', async () => {
    const rows: { name: string }[] = JSON.parse(String((await init('--list', '--json')).stdout));
    const names = rows.map(({ name }) => name);

    expect(names).toEqual(OUTPUTS.map(({ template }) => template));
    expect(readdirSync('templates').toSorted()).toEqual([...names].toSorted());
    expect((await init('--list')).stdout).toContain('prompt-registry');
  });
});

describe('iris init', () => {
  test('prints three commands that lead on, and names the package after the folder', async () => {
    const made = await init('My Project', '--yes', '--no-install', '--package-manager', 'pnpm');
    const manifest = JSON.parse(readFileSync(join(space.dir, 'My Project/package.json'), 'utf8'));

    expect(String(made.stdout)).toBe(
      "Made My Project from the template hello.\n\nNext:\n  cd 'My Project'\n  pnpm install\n  pnpm exec iris run hello.ts\n",
    );
    expect(manifest.name).toBe('my-project');
    expect(manifest.dependencies['iris-prime']).toMatch(/^\^\d+\.\d+\.\d+/);
  });

  test('makes no change where something lies already, and takes a folder with git alone', async () => {
    await mkdir(join(space.dir, 'full'));
    await writeFile(join(space.dir, 'full/mine.txt'), 'mine');
    await mkdir(join(space.dir, 'fresh/.git'), { recursive: true });
    await writeFile(join(space.dir, 'a-file'), '');

    const full = await init('full', '--yes', '--no-install');
    const file = await init('a-file', '--yes', '--no-install');
    const fresh = await space.iris(['init', '.', '--yes', '--no-install'], { cwd: join(space.dir, 'fresh') });

    expect([full.exitCode, file.exitCode, fresh.exitCode]).toEqual([64, 64, 0]);
    expect(full.stderr).toContain('full is not empty: mine.txt lies in it');
    expect(readdirSync(join(space.dir, 'full'))).toEqual(['mine.txt']);
    expect(file.stderr).toContain('a-file is a file');
    expect(readdirSync(join(space.dir, 'fresh'))).toContain('hello.ts');
  });

  test.skipIf(process.getuid?.() === 0)('leaves nothing where it cannot write', async () => {
    await mkdir(join(space.dir, 'closed'));
    await chmod(join(space.dir, 'closed'), 0o555);
    const failed = await init('closed/project', '--yes', '--no-install');

    expect(failed.exitCode).toBe(66);
    expect(readdirSync(join(space.dir, 'closed'))).toEqual([]);
  });

  test.each([
    [['x', '--template', 'helo'], 'Did you mean hello?'],
    [['x', '--template', 'nothing-like-it'], 'There are: hello, pattern-discovery'],
    [['x', '--package-manager', 'pip'], 'Take one of: npm, pnpm, yarn, bun'],
    [['x', '--name', 'No Name'], 'no package can be called so'],
    [[], 'Name it: iris init my-project'],
  ])('%j is refused with the next step, and nothing is written', async (words, text) => {
    const refused = await init(...words, '--no-install');

    expect(refused.exitCode).toBe(64);
    expect(refused.stderr).toContain(text);
    expect(existsSync(join(space.dir, 'x'))).toBe(false);
  });

  test('says why packages could not be installed, and still tells the commands', async () => {
    const env = { ...space.env, PATH: '/nowhere' };
    const made = await space.iris(['init', 'without', '--yes', '--package-manager', 'yarn'], { env });

    expect(made.stderr).toContain('yarn could not install the packages: there is no yarn on this machine');
    expect(made.stdout).toContain('yarn install');
  });
});

describe('iris init at a terminal', () => {
  const start = () =>
    openTerminal([process.execPath, '--', IRIS_BIN, 'init', '--no-install'], {
      cwd: space.dir,
      env: space.env,
    });

  test('asks for what no flag says', async () => {
    using terminal = start();
    await terminal.see('What do you want to begin with?');
    terminal.type('\r');
    await terminal.see('In which folder?');
    terminal.type('by-hand\r');
    await terminal.see('Which package manager?');
    terminal.type('\r');
    const { shown, exitCode } = await terminal.ended;

    expect(exitCode).toBe(0);
    expect(shown).toContain('Made by-hand from the template hello.');
    expect(existsSync(join(space.dir, 'by-hand/hello.ts'))).toBe(true);
  });

  test('writes nothing after Ctrl-C', async () => {
    const before = readdirSync(space.dir);
    using terminal = start();
    await terminal.see('What do you want to begin with?');
    terminal.type('\r');
    await terminal.see('In which folder?');
    terminal.type('\u0003');
    const { shown, exitCode } = await terminal.ended;

    expect(exitCode).toBe(130);
    expect(shown).toContain('Nothing was written.');
    expect(readdirSync(space.dir)).toEqual(before);
  });
});
