import { readFileSync } from 'node:fs';
import { chmod, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { IRIS_BIN, openWorkspace, type Workspace } from '../support/workspace.ts';

describe('in a job of GitHub', () => {
  let space: Workspace;
  beforeAll(async () => {
    space = await openWorkspace();
    await space.write({
      'src/throws.ts': 'function f(): never {\n  throw new TypeError("bad: 100%\\nthing");\n}\nf();\n',
      'src/syntax.ts': 'const a: = 1;\n',
      'src/says.ts':
        'console.log("::error::no"); console.log("##[error]no"); console.error("::set-env name=A::b");',
      'src/secret.ts': 'console.log(process.env.API_KEY?.length)',
    });
  });
  afterAll(async () => {
    await space[Symbol.asyncDispose]();
  });

  /** As the runner does it: a shell whose output is the log. */
  async function job(command: string, more: Record<string, string> = {}) {
    const summary = join(space.temp, 'summary.md');
    const outputs = join(space.temp, 'outputs.txt');
    await writeFile(summary, '');
    await writeFile(outputs, '');
    const files = { GITHUB_STEP_SUMMARY: summary, GITHUB_OUTPUT: outputs, GITHUB_WORKSPACE: space.dir };
    const env = { ...space.env, CI: 'true', GITHUB_ACTIONS: 'true', ...files, ...more };
    const script = `iris() { '${process.execPath}' '${IRIS_BIN}' "$@"; }\n${command}\nexit $?`;
    const { stdout, stderr, exitCode } = await execa('bash', ['-c', script], {
      cwd: space.dir,
      env,
      extendEnv: false,
      reject: false,
    });
    const written = { summary: readFileSync(summary, 'utf8'), outputs: readFileSync(outputs, 'utf8') };
    return { stdout, stderr, exitCode, ...written };
  }

  test('an error is annotated at its TypeScript file and line, and summed up', async () => {
    const { stderr, exitCode, summary, outputs } = await job('iris run src/throws.ts');

    expect(exitCode).toBe(1);
    expect(stderr).toContain('::group::iris run src/throws.ts\n');
    expect(stderr).toContain(
      '::endgroup::\n::error file=src/throws.ts,line=2,col=9,title=src/throws.ts ended with exit code 1::TypeError: bad: 100%25%0Athing',
    );
    expect(summary).toContain('❌ iris run `src/throws.ts`');
    expect(summary).toContain('TypeError: bad: 100%');
    expect(outputs).toMatch(/^run-id=run_\w+\nexit-code=1\nduration-ms=\d+\nsandbox-id=\w+\n$/);
  });

  test('a mistake in the script is annotated, too', async () => {
    const { stderr, exitCode, summary } = await job('iris run src/syntax.ts');

    expect(exitCode).toBe(65);
    expect(stderr).toMatch(/^::error file=src\/syntax\.ts,line=1,col=10,title=iris%3A SCRIPT_INVALID::/m);
    expect(summary).toContain('SCRIPT_INVALID');
  });

  test('what a script writes is no command in the log, and as it is anywhere else', async () => {
    const { stdout, stderr } = await job('iris run src/says.ts');
    expect(stdout).toBe(':\u200b:error::no\n##\u200b[error]no');
    expect(stderr).not.toMatch(/^::set-env/m);

    await job('iris run src/says.ts > out.txt; cat out.txt | cat > piped.txt');
    expect(readFileSync(join(space.dir, 'out.txt'), 'utf8')).toBe('::error::no\n##[error]no\n');
    expect((await job('iris run src/says.ts | cat')).stdout).toBe('::error::no\n##[error]no');
  });

  test('every secret is masked before anything else, and never goes to a file', async () => {
    const secret = { API_KEY: 'value-of-the-key', E2B_API_KEY: '' };
    const { stderr } = await job('iris run --secret-env API_KEY src/secret.ts', secret);
    expect(stderr.split('\n')[0]).toBe('::add-mask::value-of-the-key');

    await job('iris run --secret-env API_KEY src/secret.ts 2> err.txt', secret);
    expect(readFileSync(join(space.dir, 'err.txt'), 'utf8')).not.toContain('value-of-the-key');
  });

  test('the action runs a script with its options and arguments', async () => {
    const action = parse(readFileSync('action.yml', 'utf8'));
    await space.write({ 'args.ts': 'console.log(process.argv.slice(2).join("|"))' });
    const [step] = action.runs.steps;
    const env = {
      INPUT_SCRIPT: 'args.ts',
      INPUT_ARGS: 'one\ntwo words\n',
      INPUT_OPTIONS: '--timeout\n20s\n',
      INPUT_VERSION: action.inputs.version.default,
      PATH: `${await npxStub(space)}:${space.env['PATH']}`,
    };

    const { stdout, exitCode } = await job(step.run, env);

    expect({ stdout, exitCode }).toEqual({ stdout: 'one|two words', exitCode: 0 });
    for (const { value } of Object.values<{ value: string }>(action.outputs))
      expect(value).toMatch(/^\$\{\{ steps\.run\.outputs\.(run-id|exit-code|duration-ms|sandbox-id) \}\}$/);
  });
});

/** An npx that runs this build, whatever version is asked for. */
async function npxStub(space: Workspace): Promise<string> {
  const file = join(space.temp, 'npx');
  const text = `#!/bin/sh\n[ "$1" = --yes ] || exit 9\ncase "$2" in iris-prime|iris-prime@*) ;; *) exit 9 ;; esac\nshift 2\nexec '${process.execPath}' -- '${IRIS_BIN}' "$@"\n`;
  await writeFile(file, text);
  await chmod(file, 0o755);
  return space.temp;
}

describe('the recipes of docs/ci.md', () => {
  const blocks = [...readFileSync('docs/ci.md', 'utf8').matchAll(/```yaml\n(.*?)```/gs)].map(
    ([, text = '']) => text,
  );
  const commands = blocks.flatMap((text) =>
    [...text.matchAll(/(?:run: |- )(npx .*)/g)].map(([, one = '']) => one),
  );

  test('are YAML, one for each kind of pipeline', () => {
    expect(blocks.map((text) => typeof parse(text))).toEqual(['object', 'object', 'object', 'object']);
    expect(commands).toHaveLength(3);
  });

  test('run what they say', async () => {
    await using space = await openWorkspace();
    await space.write({ 'scripts/report.ts': 'console.log("reported")' });
    const env = { ...space.env, CI: 'true', PATH: `${await npxStub(space)}:${space.env['PATH']}` };
    for (const command of new Set(commands)) {
      const result = await execa('bash', ['-c', command], { cwd: space.dir, env, extendEnv: false });
      expect(result.stdout).toBe('reported');
    }
  });

  test('GitLab folds the output of a run', async () => {
    await using space = await openWorkspace();
    await space.write({ 'a.ts': 'console.log(1)' });
    const env = { ...space.env, CI: 'true', GITLAB_CI: 'true', CI_JOB_ID: '7' };
    const script = `'${process.execPath}' '${IRIS_BIN}' run a.ts; exit $?`;

    const { stderr } = await execa('bash', ['-c', script], { cwd: space.dir, env, extendEnv: false });

    expect(stderr).toMatch(/section_start:\d+:iris_run_a_ts\r/);
    expect(stderr).toMatch(/section_end:\d+:iris_run_a_ts\r/);
  });
});
