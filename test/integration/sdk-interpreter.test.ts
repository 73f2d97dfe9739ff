import { E2B, NotFoundError, type Sandbox } from '@e2b/code-interpreter';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { chooseIsolation } from '../../src/host/isolation/choose-isolation.ts';
import { openRealHost } from '../support/real-host.ts';

/** E2B's code interpreter SDK against a host with real sandboxes. */
describe('code interpreter SDK', () => {
  let host: EmbeddedHost;
  let sandbox: Sandbox;

  beforeAll(async () => {
    host = await openRealHost();
    const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
    sandbox = await e2b.Sandbox.create({ envs: { GLOBAL: 'from the sandbox' } });
  });
  afterAll(() => host[Symbol.asyncDispose]());

  test('keeps what a TypeScript cell declares and takes it anew', async () => {
    const context = await sandbox.createCodeContext({ language: 'typescript' });
    const run = async (code: string) => sandbox.runCode(code, { context });

    await run(`
      import path from 'node:path';
      enum Colour { Red = 'red' }
      namespace Deep { export const value: number = 2 }
      interface Point { x: number }
      function twice(n: number): number { return n * 2 }
      class Counter { count = 0; add() { return ++this.count } }
      const { a, b: [b] } = { a: 1, b: [2] };
      let total: number = await Promise.resolve(a + b);
      for (var index = 0; index < 3; index++) {}
    `);
    const first = await run('[Colour.Red, Deep.value, twice(total), new Counter().add(), path.sep, index]');
    await run('const total = 10; function twice(n: number) { return `twice ${n}` }');
    const second = await run('twice(total)');

    expect([first.error, second.error]).toEqual([undefined, undefined]);
    expect(first.text).toBe("[ 'red', 2, 6, 1, '/', 3 ]");
    expect(first.results[0]?.json).toEqual(['red', 2, 6, 1, '/', 3]);
    expect(second.text).toBe('twice 10');
    expect(second.executionCount).toBe(4);
    await sandbox.removeCodeContext(context);
  });

  test('streams what a cell writes, line by line, with its results and its error', async () => {
    const lines: string[] = [];
    const names: string[] = [];
    const execution = await sandbox.runCode(
      `console.log('one'); console.error('two'); display.html('<b>hei</b>'); console.log('three');
       throw new RangeError('too far')`,
      {
        language: 'js',
        onStdout: ({ line }) => void lines.push(`out ${line}`),
        onStderr: ({ line }) => void lines.push(`err ${line}`),
        onResult: ({ html }) => void lines.push(`html ${html}`),
        onError: ({ name }) => void names.push(name),
      },
    );

    expect(lines).toEqual(['out one\n', 'err two\n', 'html <b>hei</b>', 'out three\n']);
    expect(names).toEqual(['RangeError']);
    expect(execution.error).toMatchObject({ name: 'RangeError', value: 'too far' });
    expect(execution.error?.traceback).toMatch(/^RangeError: too far\n    at cell-\d+\.js:2:14$/m);
  });

  test('gives a cell its variables, and takes them back', async () => {
    const js = await sandbox.runCode('[process.env.GLOBAL, process.env.MINE]', {
      language: 'javascript',
      envs: { MINE: 'yes' },
    });
    const later = await sandbox.runCode('process.env.MINE', { language: 'javascript' });
    const bash = await sandbox.runCode('echo "$GLOBAL $MINE"', { language: 'bash', envs: { MINE: "it's" } });
    const python = await sandbox.runCode('import os; os.environ["GLOBAL"] + os.environ["MINE"]', {
      envs: { MINE: '!' },
    });

    expect(js.results[0]?.json).toEqual(['from the sandbox', 'yes']);
    expect(later.results).toEqual([]);
    expect(bash.logs.stdout.join('')).toBe("from the sandbox it's\n");
    expect(python.text).toBe('from the sandbox!');
  });

  test('imports local TypeScript, and again once it has changed', async () => {
    await sandbox.files.write(
      'lib/helper.ts',
      `import { word } from './word';\nexport const say = (n: number): string => word + n;`,
    );
    await sandbox.files.write('lib/word.ts', `export const word: string = await Promise.resolve('first ');`);
    const context = await sandbox.createCodeContext({ language: 'typescript', cwd: '/home/user/lib' });
    const run = async (code: string) => sandbox.runCode(code, { context });

    const first = await run(`import { say } from './helper';\nsay(1)`);
    await sandbox.files.write('/home/user/lib/word.ts', `export const word: string = 'second time ';`);
    const second = await run(`import { say } from './helper.ts';\nsay(2)`);
    const dynamic = await run(`(await import('./helper')).say(3) + require('./word.ts').word`);
    const missing = await run(`import { nothing } from './helper'`);
    const absent = await run(`import './absent'`);

    expect([first.text, first.error]).toEqual(['first 1', undefined]);
    expect(second.text).toBe('second time 2');
    expect([dynamic.text, dynamic.error]).toEqual(['second time 3second time ', undefined]);
    expect(missing.error?.value).toContain("does not provide an export named 'nothing'");
    expect(absent.error?.value).toContain('Cannot find module');
  });

  test('runs Python with state, top-level await, rich results and tracebacks', async () => {
    const code = [
      'import asyncio',
      'class Rich:',
      '    def __repr__(self): return "rich"',
      '    def _repr_html_(self): return "<i>rich</i>"',
      'print("hei", end="")',
      'number = await asyncio.sleep(0, 41)',
      'display({"a": 1})',
      'Rich()',
    ].join('\n');

    const first = await sandbox.runCode(code);
    const second = await sandbox.runCode('number + 1');
    const failed = await sandbox.runCode('def f():\n    return 1 / 0\nf()');
    const asked = await sandbox.runCode('input("name")');
    const broken = await sandbox.runCode('x = = 1');

    expect(first.logs.stdout).toEqual(['hei']);
    expect(first.results.map(({ text, html, isMainResult }) => ({ text, html, isMainResult }))).toEqual([
      { text: "{'a': 1}", html: undefined, isMainResult: false },
      { text: 'rich', html: '<i>rich</i>', isMainResult: true },
    ]);
    expect(second.text).toBe('42');
    expect(failed.error).toMatchObject({ name: 'ZeroDivisionError', value: 'division by zero' });
    expect(failed.error?.traceback).toMatch(/Cell In\[\d+\], line 2, in f/);
    expect(failed.error?.traceback).toContain('return 1 / 0');
    expect(asked.error?.value).toContain('no terminal');
    expect(broken.error?.name).toBe('SyntaxError');
  });

  test('runs bash with state and tells a status that is not zero', async () => {
    const first = await sandbox.runCode('word=hei; f() { echo "$word $1"; }; cd /tmp; declare -A m=([a]=1)', {
      language: 'bash',
    });
    const second = await sandbox.runCode('f you; pwd; echo ${m[a]}; echo oops >&2; (exit 3)', {
      language: 'bash',
    });
    const third = await sandbox.runCode('cat; echo on', { language: 'bash' });

    expect(first.error).toBeUndefined();
    expect(second.logs.stdout.join('')).toBe('hei you\n/tmp\n1\n');
    expect(second.logs.stderr.join('')).toBe('oops\n');
    expect(second.error).toMatchObject({ name: '', value: '3' });
    expect(third.logs.stdout.join('')).toBe('on\n');
  });

  test('makes, lists, restarts and removes contexts', async () => {
    const context = await sandbox.createCodeContext({ language: 'python', cwd: '/tmp' });
    await sandbox.runCode('x = 1', { context });

    const listed = await sandbox.listCodeContexts();
    await sandbox.restartCodeContext(context);
    const after = await sandbox.runCode('x', { context });
    const place = await sandbox.runCode('import os; os.getcwd()', { context });
    await sandbox.removeCodeContext(context.id);

    expect(context).toMatchObject({ language: 'python', cwd: '/tmp' });
    expect(listed).toContainEqual(context);
    expect(after.error?.name).toBe('NameError');
    expect(place.text).toBe('/tmp');
    expect(await sandbox.listCodeContexts()).not.toContainEqual(context);
    await expect(sandbox.runCode('1', { context })).rejects.toBeInstanceOf(NotFoundError);
    await expect(sandbox.removeCodeContext('none')).rejects.toBeInstanceOf(NotFoundError);
    await expect(sandbox.createCodeContext({ cwd: '/no/such' })).rejects.toThrow(/400/);
    await expect(sandbox.createCodeContext({ language: 'r' })).rejects.toThrow(/501/);
    await expect(sandbox.createCodeContext({ language: 'cobol' })).rejects.toThrow(/400/);
  });

  test.each([
    ['javascript', 'globalThis.kept = 1', 'while (true) {}', 'kept'],
    ['javascript', 'globalThis.kept = 1', 'await new Promise(() => {})', 'kept'],
    ['python', 'kept = 1', 'while True: pass', 'kept'],
    ['bash', 'kept=1', 'f() { while :; do sleep 0.1; done; }; f', 'echo $kept'],
  ] as const)(
    'interrupts an endless %s cell when its client leaves',
    async (language, before, endless, after) => {
      const context = await sandbox.createCodeContext({ language });
      await sandbox.runCode(before, { context });

      await expect(sandbox.runCode(endless, { context, timeoutMs: 300 })).rejects.toThrow();
      const kept = await sandbox.runCode(after, { context });

      expect((kept.text ?? kept.logs.stdout.join('')).trim()).toBe('1');
      await sandbox.removeCodeContext(context);
    },
  );

  test('interrupts a bash cell even where bash takes the signal for one of its programs', async () => {
    const context = await sandbox.createCodeContext({ language: 'bash' });
    await sandbox.runCode('kept=1', { context });

    for (let round = 0; round < 8; round++) {
      const endless = 'while :; do /bin/true; done';
      await expect(sandbox.runCode(endless, { context, timeoutMs: 100 })).rejects.toThrow();
    }
    const kept = await sandbox.runCode('echo $kept', { context });

    expect(kept.logs.stdout.join('').trim()).toBe('1');
    await sandbox.removeCodeContext(context);
  });

  test('survives a kernel that runs out of memory', async () => {
    const context = await sandbox.createCodeContext({ language: 'javascript' });

    const lost = await sandbox.runCode('const a = []; for (;;) a.push(new Array(1e6).fill(1.5))', {
      context,
    });
    const after = await sandbox.runCode('1 + 1', { context });

    expect(lost.error?.name).toBe('KernelDied');
    expect(after.text).toBe('2');
    await sandbox.removeCodeContext(context);
  });

  test('asks for the token where code runs', async () => {
    const ask = (token: Record<string, string>): Promise<Response> =>
      fetch(`${host.url}/execute`, {
        method: 'POST',
        headers: { 'e2b-sandbox-id': sandbox.sandboxId, 'e2b-sandbox-port': '49999', ...token },
        body: JSON.stringify({ code: '1', language: 'js' }),
      });

    expect((await ask({})).status).toBe(401);
    expect((await ask({ 'x-access-token': 'wrong' })).status).toBe(401);
  });

  test('ends the kernels with the sandbox', async () => {
    const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
    const other = await e2b.Sandbox.create();
    const running = other.runCode('for (;;);', { language: 'js' });
    running.catch(() => undefined);
    await other.runCode('1');

    await other.kill();

    await expect(running).rejects.toThrow();
    expect(host.facts(other.sandboxId)).toBeUndefined();
  });
});

test.each(['bubblewrap', 'util-linux', 'none'] as const)(
  'runs TypeScript and imports it on rung %s',
  async (wanted) => {
    await using host = await openRealHost({ isolation: () => chooseIsolation({ wanted }) });
    const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
    const sandbox = await e2b.Sandbox.create();
    await sandbox.files.write('helper.ts', 'export enum Word { Hei = "hei" }');

    const execution = await sandbox.runCode(
      `import { Word } from './helper';\nconst word: Word = Word.Hei; word`,
      {
        language: 'ts',
      },
    );

    expect([execution.error, execution.text]).toEqual([undefined, 'hei']);
  },
);
