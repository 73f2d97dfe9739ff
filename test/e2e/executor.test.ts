import { readdirSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openExecutorSpace, type ExecutorSpace } from '../support/executor.ts';

let space: ExecutorSpace;
beforeAll(async () => {
  space = await openExecutorSpace({ maxOutputBytes: 4096 });
});
afterAll(async () => {
  await space[Symbol.asyncDispose]();
});

const execute: ExecutorSpace['executor']['executeCode'] = (code, options) =>
  space.executor.executeCode(code, options);

describe('executeCode()', () => {
  test('gives the output, the lines of both streams, the time and the place', async () => {
    const result = await execute('const n: number = 6 * 7; console.log(n); console.error("a\\nb");');

    expect(result).toMatchObject({
      success: true,
      output: '42\n',
      stderr: 'a\nb\n',
      exitCode: 0,
      logs: { stdout: ['42'], stderr: ['a', 'b'] },
      toolCalls: [],
      truncated: { stdout: false, stderr: false },
      metadata: { provider: 'embedded', session: 'default' },
    });
    expect(result.executionTime).toBeGreaterThan(0);
    expect(result.metadata.runId).toMatch(/^run_/);
    expect(result.error).toBeUndefined();
  });

  test('passes arguments, variables and standard input, and nothing of the environment of this process', async () => {
    const code = `let text = '';
      for await (const chunk of process.stdin) text += chunk;
      console.log(process.argv[2], process.env.NAME, text.length, process.env.IRIS_STATE_DIR);`;

    const result = await execute(code, { args: ['a b'], env: { NAME: 'ada=1' }, stdin: 'x'.repeat(200_000) });

    expect(result.output).toBe('a b ada=1 200000 undefined\n');
  });

  test('finds files of the project by relative imports, and leaves no file there', async () => {
    await space.write({ 'lib/twice.ts': 'export const twice = (n: number): number => 2 * n;' });

    const result = await execute("import { twice } from './lib/twice.ts'; console.log(twice(21));");

    expect(result.output).toBe('42\n');
    expect(readdirSync(space.dir).filter((name) => name.startsWith('.iris-code'))).toEqual([]);
  });

  test('gives a failed script as a result with its exit code', async () => {
    const result = await execute('process.exit(7)');

    expect(result).toMatchObject({ success: false, exitCode: 7 });
    expect(result.error).toBe('The script ended with exit code 7');
  });

  test('names the file of a trace as it was told to', async () => {
    const result = await execute('\nthrow new Error("boom")', { fileName: 'report.ts' });

    expect(result.success).toBe(false);
    expect(result.stderr).toMatch(/Error: boom\n {4}at .*-report\.ts:2:/);
  });

  test('throws SCRIPT_INVALID for code that does not parse, and leaves no file there', async () => {
    await expect(execute('const = 1')).rejects.toMatchObject({ name: 'IrisError', code: 'SCRIPT_INVALID' });
    expect(readdirSync(space.dir).filter((name) => name.startsWith('.iris-code'))).toEqual([]);
  });

  test('throws RUN_TIMED_OUT when the time is up', async () => {
    await expect(execute('for (;;);', { timeoutMs: 300 })).rejects.toMatchObject({
      code: 'RUN_TIMED_OUT',
      message: 'The script was stopped after 300ms',
      hint: 'Give it more time with timeoutMs, or 0 for no limit.',
    });
  });

  test('throws CANCELLED when its signal aborts, whatever the reason, before and while the script runs', async () => {
    const late = new AbortController();
    setTimeout(() => late.abort(new TypeError('mine')), 200);

    await expect(execute('1', { signal: AbortSignal.abort() })).rejects.toMatchObject({ code: 'CANCELLED' });
    await expect(
      execute('await new Promise((next) => setTimeout(next, 60_000))', { signal: late.signal }),
    ).rejects.toMatchObject({ code: 'CANCELLED' });
  });

  test('keeps the head and the tail of a flood, and says so', async () => {
    const result = await execute(`console.log('first');
      for (let i = 0; i < 20_000; i++) console.log('line', i);
      console.log('last');`);

    expect(result.success).toBe(true);
    expect(result.truncated).toEqual({ stdout: true, stderr: false });
    expect(result.output.length).toBeLessThan(4200);
    expect(result.output).toMatch(/^first\n[^]*bytes left out[^]*last\n$/);
  });

  test('calls the tools of the embedded store, and tells of the calls', async () => {
    const result = await execute(`import { iris } from './iris-prime';
      await iris.recordMetric('latency', 12.5);
      await iris.registerAgent('agent-1', ['review']);
      console.log((await iris.getAgentStatus()).length);`);

    expect([result.stderr, result.output]).toEqual(['', '1\n']);
    expect(result.toolCalls.map(({ outcome }) => outcome)).toEqual(['ok', 'ok', 'ok']);
  });

  test.for([
    ['code that is too long', ' '.repeat(1_048_577), {}, 'IRIS_LIMIT_EXCEEDED'],
    ['a session that is no name', '1', { session: 'a b' }, 'USAGE_INVALID'],
    ['a time that is none', '1', { timeoutMs: -1 }, 'USAGE_INVALID'],
    ['a file name with a folder', '1', { fileName: '../x.ts' }, 'USAGE_INVALID'],
    ['a variable without a name', '1', { env: { '': '1' } }, 'USAGE_INVALID'],
  ] as const)('refuses %s', async ([, code, options, expected]) => {
    await expect(execute(code, options)).rejects.toMatchObject({ code: expected, hint: expect.any(String) });
  });
});

describe('a session', () => {
  test('keeps its files from one execution to the next, and no other session sees them', async () => {
    const read = "import { existsSync } from 'node:fs'; console.log(existsSync('/home/user/kept.txt'));";
    await execute("import { writeFileSync } from 'node:fs'; writeFileSync('/home/user/kept.txt', '1');", {
      session: 'ada',
    });

    const [own, other] = [await execute(read, { session: 'ada' }), await execute(read, { session: 'bob' })];

    expect([own.output, other.output]).toEqual(['true\n', 'false\n']);
    expect(own.metadata.sandboxId).not.toBe(other.metadata.sandboxId);
    expect((await space.executor.sandboxes()).map(({ session }) => session)).toEqual(
      expect.arrayContaining(['ada', 'bob']),
    );
  });

  test('begins anew after it was closed', async () => {
    const first = await execute('1', { session: 'short' });

    expect(await space.executor.closeSandbox('short')).toBe(true);
    expect(await space.executor.closeSandbox('short')).toBe(false);
    const second = await execute('1', { session: 'short' });

    expect(second.metadata.sandboxId).not.toBe(first.metadata.sandboxId);
  });

  test('takes executions at the same time', async () => {
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, i) => execute(`console.log(${i})`, { session: 'many' })),
    );

    expect(results.map(({ output }) => output)).toEqual(Array.from({ length: 8 }, (_, i) => `${i}\n`));
    expect(new Set(results.map(({ metadata }) => metadata.sandboxId)).size).toBe(1);
  });
});

test('executeFile() runs a file by its path from the directory of the executor', async () => {
  await space.write({ 'jobs/hello.ts': 'console.log("hello", process.argv[2])' });

  const result = await space.executor.executeFile('jobs/hello.ts', { args: ['x'] });

  expect(result.output).toBe('hello x\n');
  await expect(space.executor.executeFile('jobs/none.ts')).rejects.toMatchObject({ code: 'FILE_NOT_FOUND' });
});
