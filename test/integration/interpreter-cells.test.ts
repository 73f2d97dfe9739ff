import { E2B, type Execution, type Sandbox } from '@e2b/code-interpreter';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { EmbeddedHost } from '../../src/host/host.ts';
import { openRealHost } from '../support/real-host.ts';

/** What single cells give, as E2B's server gives it. */
describe('cells of the code interpreter', () => {
  let host: EmbeddedHost;
  let sandbox: Sandbox;

  beforeAll(async () => {
    host = await openRealHost();
    const e2b = new E2B({ apiKey: host.apiKey, apiUrl: host.url, sandboxUrl: host.url });
    sandbox = await e2b.Sandbox.create();
  });
  afterAll(() => host[Symbol.asyncDispose]());

  const js = async (code: string): Promise<Execution> => sandbox.runCode(code, { language: 'js' });
  const shown = ({ results }: Execution): unknown[] =>
    results.map(({ raw, isMainResult }) => ({ ...raw, isMainResult }));

  test.each([
    ['js', `'hei'`, 'hei'],
    ['js', `"it's"`, `it's`],
    ['js', `''`, ''],
    ['js', `['a', "b"]`, `[ 'a', 'b' ]`],
    ['ts', 'const word: string = `one`; word', 'one'],
    ['python', `'hei'`, 'hei'],
    ['python', `"it's"`, `it's`],
  ])('gives the text of a string without its quotes: %s %s', async (language, code, text) => {
    expect((await sandbox.runCode(code, { language })).text).toBe(text);
  });

  test.each([
    ['a number', 'throw 42', 'number', '42'],
    ['a string', `throw 'oh'`, 'string', `'oh'`],
    ['nothing', 'throw undefined', 'undefined', 'undefined'],
    ['null', 'throw null', 'object', 'null'],
    ['an object', 'throw { a: 1 }', 'object', '{ a: 1 }'],
    ['an object like an error', `throw { name: 'Mine', message: 'text' }`, 'Mine', 'text'],
  ])('names what was thrown and is no error by its type: %s', async (_what, code, name, value) => {
    expect((await js(code)).error).toMatchObject({ name, value });
  });

  test('tells the place of an error in the cell, and no frames of its own', async () => {
    const thrown = await js(`throw new Error('here')`);
    const deep = await sandbox.runCode(
      `interface A { a: 1 }\nfunction f(): never {\n  throw new TypeError('deep')\n}\nconst x = f()`,
      { language: 'ts' },
    );

    const last = await js('1\nif (true) { missing }');
    const typed = await sandbox.runCode('const a: number = 1;\n  missing.b', { language: 'ts' });

    expect(last.error?.traceback).toMatch(/ {4}at cell-\d+\.js:2:13$/);
    expect(typed.error?.traceback).toMatch(/ {4}at cell-\d+\.ts:2:3$/);
    expect(thrown.error?.traceback).toMatch(/^Error: here\n {4}at cell-\d+\.js:1:7$/);
    expect(deep.error?.traceback).toMatch(
      /^TypeError: deep\n {4}at f \(cell-\d+\.ts:3:9\)\n {4}at cell-\d+\.ts:5:11$/,
    );
  });

  test.each([
    ['js', 'return 5', `'return' outside of function`],
    ['js', 'const x = ;', 'Unexpected ";"'],
    ['ts', 'let x: number = (1', 'Expected ")" but found end of file'],
  ])('tells a syntax error in %s without frames or fields of a parser: %s', async (language, code, value) => {
    const { error } = await sandbox.runCode(code, { language });

    expect(error?.name).toBe('SyntaxError');
    expect(error?.value).toContain(value);
    expect(error?.traceback).toMatch(/^SyntaxError: /);
    expect(error?.traceback).not.toMatch(/node:|pos:|kernel/);
  });

  test('gives as JSON what JSON can hold, and nothing else', async () => {
    expect((await js('({ a: [1, null] })')).results[0]?.json).toEqual({ a: [1, null] });
    expect((await js('({ a: () => 1 })')).results[0]?.json).toBeUndefined();
    expect((await js('({ a: undefined })')).results[0]?.json).toBeUndefined();
    expect((await js('[new Map([[1, 2]])]')).results[0]?.json).toBeUndefined();
  });

  test('takes results from $$ in place of the last value, as IJavascript does', async () => {
    expect(shown(await js(`$$.html('<b>hei</b>')`))).toEqual([{ html: '<b>hei</b>', isMainResult: true }]);
    expect(shown(await js(`$$.mime({ 'text/plain': 'a', 'e2b/chart': { type: 'line' } }); 5`))).toEqual([
      { text: 'a', chart: { type: 'line' }, isMainResult: true },
    ]);
    expect(shown(await js(`$$.sendResult(Promise.resolve([1]))`))).toEqual([
      { text: '[ 1 ]', json: [1], isMainResult: true },
    ]);
    expect(shown(await js(`$$.display('id').text('shown'); 6`))).toEqual([
      { text: 'shown', isMainResult: false },
      { text: '6', isMainResult: true },
    ]);
  });

  test('shows a value in the formats that it gives itself', async () => {
    const { results } = await js(`class Rich {
      _toHtml() { return '<b>rich</b>' }
      _toPng() { return Buffer.from('png') }
      [Symbol.for('Jupyter.display')]() { return { 'text/plain': 'rich', 'text/latex': '$x$', 'x/y': 1 } }
    }
    new Rich()`);

    expect(results.map(({ raw }) => raw)).toEqual([
      {
        text: 'rich',
        html: '<b>rich</b>',
        png: Buffer.from('png').toString('base64'),
        latex: '$x$',
        extra: { 'x/y': 1 },
      },
    ]);
  });

  test('waits for a cell that said $$.async() until it is done', async () => {
    const done = await js(`$$.async(); setTimeout(() => { console.log('later'); $$.done(7) }, 30); 1`);
    const failed = await js(`$$.async(); setTimeout(() => $$.sendError(new RangeError('late')), 30)`);
    const asked = await js(`$$.input({ prompt: 'name' })`);

    expect([done.text, done.logs.stdout]).toEqual(['7', ['later\n']]);
    expect(failed.error).toMatchObject({ name: 'RangeError', value: 'late' });
    expect(asked.error?.value).toContain('no terminal');
  });

  test('takes the name of a language with spaces and capitals', async () => {
    expect((await sandbox.createCodeContext({ language: ' TypeScript ' })).language).toBe('typescript');
  });

  const bash = async (code: string): Promise<Execution> => sandbox.runCode(code, { language: 'bash' });

  test('gives what programs write line by line, and at once what waits for its end', async () => {
    const lines: string[] = [];
    const execution = await sandbox.runCode(`printf 'a\nb'; sleep 0.3; printf 'c\n'; ls /none`, {
      language: 'bash',
      onStdout: ({ line }) => void lines.push(line),
    });
    const flood = await bash('seq 1 100000');

    expect(lines).toEqual(['a\n', 'b', 'c\n']);
    expect(execution.logs.stderr).toEqual([expect.stringMatching(/^ls: .* No such file or directory\n$/)]);
    expect(flood.logs.stdout.join('').split('\n')).toHaveLength(100_001);
    expect(flood.logs.stdout.length).toBeLessThan(20_000);
  });

  test('ends a shell with the status that it ended itself with', async () => {
    await bash('kept=1');
    const failed = await bash('echo before; trap "echo bye" EXIT; exit 3');
    const fresh = await bash('echo "[$kept]"');
    const ended = await bash('exit');
    const strict = await bash('set -e; false; echo never');
    const inner = await bash('(exit 5); echo $?');

    expect([failed.error?.value, failed.logs]).toEqual(['3', { stdout: ['before\n', 'bye\n'], stderr: [] }]);
    expect(failed.error?.traceback).toContain('new one');
    expect(fresh.logs.stdout).toEqual(['[]\n']);
    expect([ended.error, ended.logs.stderr]).toEqual([undefined, []]);
    expect([strict.error?.value, strict.logs.stdout]).toEqual(['1', []]);
    expect([inner.error, inner.logs.stdout]).toEqual([undefined, ['5\n']]);
  });

  test('keeps its own lines out of the history, and the missing terminal out of stderr', async () => {
    const history = await bash('history');
    const broken = await bash('yes | head -c 100000 | wc -c');

    expect([history.error, history.logs.stdout]).toEqual([undefined, []]);
    expect([broken.logs.stdout, broken.logs.stderr]).toEqual([['100000\n'], []]);
  });

  test('says why a cell that ran is over when its context is restarted or removed', async () => {
    const context = await sandbox.createCodeContext({ language: 'js' });
    const endless = async (end: () => Promise<void>): Promise<Execution> =>
      sandbox.runCode(`console.log('runs'); await new Promise(() => setInterval(() => {}, 1000))`, {
        context,
        onStdout: end,
      });

    const restarted = await endless(async () => sandbox.restartCodeContext(context));
    const removed = await endless(async () => sandbox.removeCodeContext(context));

    expect(restarted.error?.value).toContain('the context was restarted');
    expect(removed.error?.value).toContain('the context was removed');
  });

  test('gives a text of a million characters in one piece', async () => {
    const { logs } = await js(`console.log('x'.repeat(1e6))`);

    expect(logs.stdout.map((text) => text.length)).toEqual([1_000_001]);
  });

  const python = async (code: string): Promise<Execution> => sandbox.runCode(code);

  test('gives what Python prints together, with results and errors in their places', async () => {
    const order: string[] = [];
    const execution = await sandbox.runCode(
      'import sys, time\nprint("a", 1)\nprint("b")\nprint("e", file=sys.stderr)\ndisplay(5)\nprint("c", end="", flush=True)\n' +
        'print("d")\ntime.sleep(0.4)\nprint("f")\n1 / 0',
      {
        onStdout: ({ line }) => void order.push(`out ${line}`),
        onStderr: ({ line }) => void order.push(`err ${line}`),
        onResult: ({ text }) => void order.push(`result ${text}`),
        onError: ({ name }) => void order.push(name),
      },
    );

    expect(order).toEqual([
      'out a 1\nb\n',
      'err e\n',
      'result 5',
      'out c',
      'out d\n',
      'out f\n',
      'ZeroDivisionError',
    ]);
    expect(execution.logs.stdout.join('')).toBe('a 1\nb\ncd\nf\n');
  });

  test('takes Python that is indented as a whole', async () => {
    const execution = await python('\n    x = 6\n    if x:\n        print(x)\n    x + 1\n');

    expect([execution.error, execution.text, execution.logs.stdout]).toEqual([undefined, '7', ['6\n']]);
  });

  test('keeps the state of Python over sys.exit(), and ends it with exit()', async () => {
    await python('kept = 1');
    const left = await python('import sys; sys.exit(2)');
    const kept = await python('kept');
    const ended = await python('exit()');
    const lost = await python('kept');

    expect(left.error).toMatchObject({ name: 'SystemExit', value: '2' });
    expect([kept.text, ended.error?.name, lost.error?.name]).toEqual(['1', 'SystemExit', 'NameError']);
  });

  test('knows the magics of IPython that run programs, move and write', async () => {
    const shell = await python('!echo hei && echo oops >&2\nlines = !printf "a\\nb\\n"\nlines');
    const moved = await python('%cd /tmp\n%pwd');
    const back = await python(
      '%cd ~\n%env MINE=1\nimport os\nword = "x y"\n!echo "$MINE {word} $word $HOME"',
    );
    const cell = await python('%%bash\nfor i in 1 2; do echo $i; done\nexit 3');
    const file = await python('%%writefile note.txt\none\ntwo\n');
    const read = await python('open("note.txt").read()');
    const unknown = await python('%nosuch thing');
    const text = await python('word = """\n!nm\n%pwd\n"""\n!echo "{len(word)}"\nword.count("!nm")');
    const page = await python('%%html\n<b>x</b>');
    const modulo = await python('a = 7\nb = 4\n(a\n%b)');

    expect([shell.text, shell.logs.stdout, shell.logs.stderr]).toEqual([`['a', 'b']`, ['hei\n'], ['oops\n']]);
    expect([moved.text, moved.logs.stdout]).toEqual(['/tmp', ['/tmp\n']]);
    expect(back.logs.stdout.join('')).toContain('1 x y x y /home/user\n');
    expect([cell.error?.name, cell.logs.stdout.join('')]).toEqual(['CalledProcessError', '1\n2\n']);
    expect([file.logs.stdout, read.text]).toEqual([['Writing note.txt\n'], 'one\\ntwo\\n']);
    expect(unknown.error).toMatchObject({
      name: 'UsageError',
      value: 'Line magic function `%nosuch` not found.',
    });
    expect(unknown.error?.traceback).not.toContain('<string');
    expect([text.text, text.logs.stdout]).toEqual(['1', ['10\n']]);
    expect(page.results[0]?.html).toBe('<b>x</b>');
    expect(modulo.text).toBe('3');
  });

  test('has IPython.display where there is no IPython', async () => {
    const execution = await python(
      'from IPython.display import display, HTML, Markdown, JSON, Image, SVG\nfrom IPython import get_ipython\n' +
        'display(HTML("<b>x</b>"), Markdown("# h"))\ndisplay(JSON({"a": [1]}))\ndisplay(Image(data=b"png"))\n' +
        'class Chart:\n    def _repr_mimebundle_(self, **_): return {"e2b/chart": {"type": "line"}, "text/plain": "c"}\n' +
        'display(Chart())\nSVG("<svg/>")',
    );

    expect(execution.error).toBeUndefined();
    expect(
      execution.results.map(({ html, markdown, json, png, chart, svg }) => ({
        html,
        markdown,
        json,
        png,
        chart,
        svg,
      })),
    ).toEqual([
      { html: '<b>x</b>' },
      { markdown: '# h' },
      { json: { a: [1] } },
      { png: Buffer.from('png').toString('base64') },
      { chart: { type: 'line' } },
      { svg: '<svg/>' },
    ]);
    expect(execution.results.at(-1)?.isMainResult).toBe(true);
  });

  test('leaves the kernel out of Python tracebacks', async () => {
    const { error } = await python('import no_such_module');

    expect(error?.name).toBe('ModuleNotFoundError');
    expect(error?.traceback).not.toMatch(/<string|importing/);
  });

  test.each([
    ['js', 'globalThis.kept = 1', `for (;;) console.log('x'.repeat(3e6))`, 'kept'],
    ['python', 'kept = 1', 'while True: print("x" * 3000000)', 'kept'],
  ] as const)(
    'keeps the state of a %s kernel that was interrupted in a flood',
    async (language, before, flood, after) => {
      const context = await sandbox.createCodeContext({ language });
      await sandbox.runCode(before, { context });

      for (let round = 0; round < 3; round += 1) {
        await expect(sandbox.runCode(flood, { context, timeoutMs: 200 })).rejects.toThrow();
        expect((await sandbox.runCode(after, { context })).text).toBe('1');
      }
    },
  );

  test('answers a cell that has to wait, and tells it when it cannot run any more', async () => {
    const context = await sandbox.createCodeContext({ language: 'js' });
    const long = sandbox.runCode('await new Promise((done) => setTimeout(done, 900)); 1', { context });
    const waiting = sandbox.runCode('2', { context, requestTimeoutMs: 400 });
    expect([(await long).text, (await waiting).text]).toEqual(['1', '2']);

    const last = sandbox.runCode(`await new Promise(() => setInterval(() => {}, 1000))`, { context });
    const connected = await fetch(`${host.url}/sandboxes/${sandbox.sandboxId}/connect`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'x-api-key': host.apiKey },
      body: JSON.stringify({ timeout: 60 }),
    });
    const { envdAccessToken: token }: { envdAccessToken: string } = JSON.parse(await connected.text());
    // Its head comes as soon as the cell waits its turn: only then is the context removed.
    const tooLate = await fetch(`${host.url}/execute`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'e2b-sandbox-id': sandbox.sandboxId,
        'e2b-sandbox-port': '49999',
        'x-access-token': token,
      },
      body: JSON.stringify({ code: '3', context_id: context.id }),
    });
    await sandbox.removeCodeContext(context);

    expect((await last).error?.value).toContain('removed');
    expect(await tooLate.text()).toMatch(/"name":\s*"CellNotRun".*not found/);
  });
});
