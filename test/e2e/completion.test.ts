import { execaSync } from 'execa';
import { resolve } from 'node:path';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';

const IRIS = [process.execPath, resolve('bin/iris.cjs')];

function run(words: readonly string[]): string {
  return execaSync(IRIS[0] ?? '', [...IRIS.slice(1), ...words]).stdout;
}

function isThere(shell: string): boolean {
  return execaSync('sh', ['-c', `command -v ${shell}`], { reject: false }).exitCode === 0;
}

/** What bash offers for the last of these words. */
function offeredByBash(words: readonly string[]): string[] {
  const script = `${run(['completion', 'bash'])}
COMP_WORDS=("$@"); COMP_CWORD=$(($# - 1)); _iris; printf '%s\\n' "\${COMPREPLY[@]}"`;
  const { stdout } = execaSync('bash', ['-c', script, 'bash', ...words]);
  return stdout.split('\n').filter((line) => line !== '');
}

describe('iris completion', () => {
  test.for([
    [['iris', 'sand'], ['sandbox']],
    [
      ['iris', 'sandbox', 'ex'],
      ['extend', 'exec'],
    ],
    [['iris', 'run', '--dr'], ['--dry-run']],
    [['iris', '--debug', 'runs', 'sh'], ['show']],
    [
      ['iris', 'run', 'packag'],
      ['package-lock.json', 'package.json'],
    ],
  ] as const)('bash completes %j', ([words, offered]) => {
    expect(offeredByBash(words).toSorted()).toEqual(offered.toSorted());
  });

  test.skipIf(!isThere('fish'))('fish completes with the text of the help', () => {
    const script = `${run(['completion', 'fish'])}\ncomplete -C 'iris sandbox exec'\ncomplete -C 'iris run --dry'`;
    const { stdout, stderr } = execaSync('fish', ['--no-config', '-c', script]);

    expect(stderr).toBe('');
    expect(stdout).toMatch(/^exec\tRun a command in a sandbox/m);
    expect(stdout).toMatch(/^--dry-run\tshow what would be sent/m);
  });

  test.skipIf(!isThere('zsh'))('zsh takes it for the completion of iris', () => {
    const script = `autoload -Uz compinit; compinit -u -D; ${run(['completion', 'zsh'])}\nprint $_comps[iris]`;
    const { stdout, stderr } = execaSync('zsh', ['-f', '-c', script]);

    expect({ stdout, stderr }).toEqual({ stdout: '_iris', stderr: '' });
  });

  test('PowerShell gets the same table', () => {
    expect(run(['completion', 'powershell'])).toContain("'sandbox exec' = @('-e', '--env'");
  });

  test('another shell is told which there are', () => {
    const result = execaSync(IRIS[0] ?? '', [...IRIS.slice(1), 'completion', 'zhs'], { reject: false });

    expect(result.exitCode).toBe(64);
    expect(result.stderr).toContain('Did you mean zsh?');
  });
});

test('the manual page tells of every command', () => {
  const page = readFileSync('dist/man/iris.1', 'utf8');

  expect(page).toContain('.SS "iris sandbox extend id|name duration"');
  expect(page).toContain('.B \\-\\-dry\\-run, \\-\\-plan');
});

describe('iris capabilities', () => {
  test('--json tells commands, exit codes, errors and the events of a run', () => {
    const facts = JSON.parse(run(['capabilities', '--json']));

    const paths = facts.commands.map(({ path }: { path: string[] }) => path.join(' '));
    expect(paths).toContain('sandbox exec');
    expect(paths).not.toContain('bridge');
    expect(facts.errors.SANDBOX_BUSY).toEqual({ category: 'sandbox', exit: 75, http: 503, retryable: true });
    expect(facts.schemas.runEvent.oneOf).toHaveLength(7);
  });
});
