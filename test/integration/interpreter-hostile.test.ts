import { once } from 'node:events';
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { bundleAgent, isAlive, TestAgent, until, type AgentBundle, type Answer } from '../support/agent.ts';

const PORT = 49_999;
const ESBUILD = createRequire(createRequire(import.meta.url).resolve('esbuild')).resolve(
  `@esbuild/${process.platform}-${process.arch}/bin/esbuild`,
);

interface Event {
  readonly type: string;
  readonly text?: string;
  readonly name?: string;
  readonly value?: string;
}

/** Cells and clients that mean harm, or know no better. */
describe('code interpreter', () => {
  let bundle: AgentBundle;
  let agent: TestAgent;

  beforeAll(async () => {
    bundle = await bundleAgent();
    agent = new TestAgent(bundle.file, { IRIS_ESBUILD: ESBUILD });
  });
  afterAll(async () => {
    await agent.close();
    bundle.remove();
  });

  const post = (target: string, body: object | string | Buffer): Promise<Answer> =>
    agent.ask(target, { method: 'POST', body, port: PORT });
  const eventsOf = (answer: Answer): Event[] =>
    answer.body
      .toString()
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line));
  const execute = async (code: string, more: object = {}): Promise<Event[]> =>
    eventsOf(await post('/execute', { code, language: 'javascript', ...more }));
  const createContext = async (language: string): Promise<string> =>
    JSON.parse((await post('/contexts', { language })).body.toString()).id;
  const removeContext = (id: string): Promise<Answer> =>
    agent.ask(`/contexts/${id}`, { method: 'DELETE', port: PORT });
  const textOf = (events: Event[], type = 'stdout'): string =>
    events
      .filter((event) => event.type === type)
      .map((event) => event.text)
      .join('');

  test('speaks E2B’s messages in E2B’s order', async () => {
    const events = await execute('console.log(1); 2');

    expect(events.map((event) => event.type)).toEqual([
      'number_of_executions',
      'stdout',
      'result',
      'end_of_execution',
    ]);
    expect((await agent.ask('/health', { port: PORT })).body.toString()).toBe('OK');
  });

  test.each([
    ['no JSON', 'nonsense', 400],
    ['a list', '[]', 400],
    ['null', 'null', 400],
    ['nothing', '', 400],
    ['code that is a number', { code: 1 }, 400],
    ['an environment that is a list', { code: '', env_vars: [] }, 400],
    ['a variable that is a number', { code: '', env_vars: { A: 1 } }, 400],
    ['a variable with a name that no environment can hold', { code: '', env_vars: { 'A=B': '' } }, 400],
    ['a zero byte in a variable', { code: '', env_vars: { A: '\0' } }, 400],
    ['both a context and a language', { code: '', context_id: 'x', language: 'js' }, 400],
    ['an unknown context', { code: '', context_id: '../x' }, 404],
    ['an unknown language', { code: '', language: '__proto__' }, 400],
    ['a language of the cloud', { code: '', language: 'java' }, 501],
    ['a giant body', Buffer.alloc(33 * 1024 * 1024, ' '), 413],
  ])('answers %s with a status and a text', async (_name, body, status) => {
    const answer = await post('/execute', body);

    expect(answer.status).toBe(status);
    expect(answer.headers['content-type']).toContain('text/plain');
    expect(answer.body.length).toBeGreaterThan(0);
  });

  test.each([
    ['GET', '/execute', 404],
    ['PUT', '/contexts/x', 405],
    ['POST', '/contexts/x/restart', 404],
    ['DELETE', '/contexts/none', 404],
    ['GET', '/', 404],
  ])('answers %s %s with %i', async (method, target, status) => {
    expect((await agent.ask(target, { method, port: PORT })).status).toBe(status);
  });

  test('refuses a working directory that is missing, a file or no path', async () => {
    writeFileSync(path.join(agent.home, 'file'), '');

    for (const cwd of ['/no/such', path.join(agent.home, 'file'), 'zero\0byte']) {
      expect((await post('/contexts', { language: 'bash', cwd })).status).toBe(400);
    }
    expect((await post('/contexts', { language: 'bash', cwd: 7 })).status).toBe(400);
  });

  test('holds only so many contexts', async () => {
    const answers: Answer[] = [];
    for (let index = 0; index < 40; index += 1) answers.push(await post('/contexts', { language: 'bash' }));
    const made = answers
      .filter(({ status }) => status === 200)
      .map(({ body }) => JSON.parse(body.toString()).id);

    expect(answers.at(-1)?.status).toBe(429);
    expect(made.length).toBeLessThan(33);
    for (const id of made) expect((await removeContext(id)).status).toBe(204);
    expect((await post('/contexts', { language: 'nothing' })).status).toBe(400);
  });

  test('runs five megabytes of code', async () => {
    const events = await execute(`const text = ${JSON.stringify('x'.repeat(5_000_000))};\ntext.length`);

    expect(textOf(events, 'result')).toBe('5000000');
  });

  test.each([
    ['javascript', `for (let i = 0; i < 400; i++) console.log('y'.repeat(99_999))`],
    ['python', `for _ in range(400): print('y' * 99_999)`],
    ['bash', `for i in $(seq 400); do head -c 99999 /dev/zero | tr '\\0' y; echo; done`],
  ])('makes a %s cell wait for a slow client instead of keeping its output', async (language, code) => {
    const response = await agent.open('/execute', { method: 'POST', body: { code, language }, port: PORT });
    await once(response, 'readable');
    const before = memoryOf(agent.child.pid);
    // The client does not read: the agent's memory comes to rest well below the 40 MB that are written.
    let last = -1;
    await until(async () => {
      const now = memoryOf(agent.child.pid);
      const isAtRest = now === last;
      last = now;
      await new Promise((resolve) => setTimeout(resolve, 100));
      return isAtRest;
    });
    const grown = last - before;

    let bytes = 0;
    let rest = '';
    for await (const chunk of response) {
      bytes += chunk.length;
      rest = (rest + chunk.toString()).slice(-200);
    }

    expect(grown).toBeLessThan(20 * 1024);
    expect(bytes).toBeGreaterThan(40_000_000);
    expect(rest).toContain('{"type":"end_of_execution"}');
  });

  test.each([
    ['javascript', `process.kill(process.pid, 'SIGKILL'); await new Promise(() => {})`],
    ['python', 'import os; os.kill(os.getpid(), 9)'],
    ['bash', 'kill -9 $$'],
  ])('tells that a %s kernel was killed, and starts another', async (language, code) => {
    const events = await execute(code, { language });
    const after = await execute(language === 'bash' ? 'echo on' : '1', { language });

    expect(events.map((event) => event.type).slice(-3)).toEqual([
      'error',
      'unexpected_end_of_execution',
      'end_of_execution',
    ]);
    expect(events.at(-3)).toMatchObject({ name: 'KernelDied', value: expect.stringContaining('SIGKILL') });
    expect(after.at(-1)).toEqual({ type: 'end_of_execution' });
    expect(after[0]).toMatchObject({ execution_count: 1 });
  });

  test.each([
    ['javascript', 'process.exit(3)', 'ProcessExit'],
    ['python', 'exit(3)', 'SystemExit'],
    ['bash', 'exit 3', ''],
  ])('says what became of a %s kernel that a cell ended', async (language, code, name) => {
    const events = await execute(code, { language });
    const after = await execute(language === 'bash' ? 'echo on' : '1', { language });

    expect(events.find((event) => event.type === 'error')).toMatchObject({
      name,
      value: expect.stringContaining('3'),
    });
    expect(after.some((event) => event.type === 'error')).toBe(false);
  });

  test('does not wait for a daemon that a cell leaves behind, and ends it with its context', async () => {
    const context_id = await createContext('bash');

    const events = await execute('sleep 1000 & echo $!', { language: undefined, context_id });
    const pid = Number(textOf(events));
    const wasAlive = isAlive(pid);
    await removeContext(context_id);

    expect(wasAlive).toBe(true);
    await until(() => !isAlive(pid));
  });

  test('keeps what a cell forges on its channel within its own context', async () => {
    const other = await createContext('javascript');
    const forged = [
      'nonsense',
      '{"type":"end_of_execution"}',
      '{"type":"end","cell":999}',
      '{"type":"result","formats":{"text":"forged","type":"error"},"isMain":true}',
    ].join('\n');
    const code = `require('fs').writeSync(3, ${JSON.stringify(`${forged}\n`)}); 'true value'`;

    const [events, untouched] = await Promise.all([
      execute(code),
      execute('await new Promise((resolve) => setTimeout(resolve, 200)); "mine"', {
        language: undefined,
        context_id: other,
      }),
    ]);

    expect(events.filter((event) => event.type === 'result').map((event) => event.text)).toEqual([
      'forged',
      'true value',
    ]);
    expect(events.filter((event) => event.type === 'end_of_execution')).toHaveLength(1);
    expect(untouched.filter((event) => event.type === 'result').map((event) => event.text)).toEqual(['mine']);
    await removeContext(other);
  });

  test('ends a kernel that writes a message without an end', async () => {
    const code = `const fs = require('fs'); const b = Buffer.alloc(1 << 20, 'a'); for (;;) fs.writeSync(3, b)`;

    const events = await execute(code);

    expect(events.at(-3)).toMatchObject({
      name: 'KernelDied',
      value: expect.stringContaining('larger than'),
    });
    expect(textOf(await execute('1 + 1'), 'result')).toBe('2');
  });

  test('takes a cell’s broken globals and unshowable values for the cell’s own trouble', async () => {
    const events = await execute(`({ get [Symbol.toStringTag]() { throw new Error('no') } })`);
    const thrown = await execute(`throw Object.assign(new Error('x'), { name: 7, message: { deep: 1 } })`);
    const nothing = await execute('throw undefined');
    const process = await execute('const process = 5; process');
    await execute('globalThis.process = require("process")');

    expect(events.at(-1)).toEqual({ type: 'end_of_execution' });
    expect(thrown.find((event) => event.type === 'error')).toMatchObject({ name: '7' });
    expect(nothing.find((event) => event.type === 'error')).toMatchObject({ value: 'undefined' });
    expect(textOf(process, 'result')).toBe('5');
  });

  test('reports rejections and errors that no code catches', async () => {
    const rejected = await execute(`Promise.reject(new Error('lost')); 1`);
    const thrown = await execute(
      `setTimeout(() => { throw new TypeError('late') }, 10); await new Promise(() => {})`,
    );

    expect(rejected.find((event) => event.type === 'error')).toMatchObject({ value: 'lost' });
    expect(thrown.find((event) => event.type === 'error')).toMatchObject({
      name: 'TypeError',
      value: 'late',
    });
  });

  test('kills a kernel that does not obey an interrupt, and leaves the cells behind it their turn', async () => {
    const context_id = await createContext('javascript');
    const cell = { code: 'await null; for (;;);', context_id };
    const response = await agent.open('/execute', { method: 'POST', body: cell, port: PORT });
    const next = execute('"after"', { language: undefined, context_id });

    response.destroy();

    expect(textOf(await next, 'result')).toBe('after');
    await removeContext(context_id);
  });

  test('runs the cells of a context one after the other, and forgets those whose client left', async () => {
    const context_id = await createContext('bash');
    const body = (code: string): string => JSON.stringify({ code, context_id });
    const gate = path.join(agent.home, 'gate');
    const first = post('/execute', body(`x=1; while [ ! -e ${gate} ]; do sleep 0.02; done; echo first`));
    const leaving = agent.mux.open({ port: PORT });
    const left = body('x=2');
    leaving.write(`POST /execute HTTP/1.1\r\nHost: x\r\nContent-Length: ${left.length}\r\n\r\n${left}`);
    const third = post('/execute', body('echo $x'));

    // A request that is made later is answered: those before it have arrived.
    await agent.ask('/contexts', { port: PORT });
    leaving.destroy();
    await agent.ask('/contexts', { port: PORT });
    writeFileSync(gate, '');

    expect(textOf(eventsOf(await first))).toBe('first\n');
    expect(textOf(eventsOf(await third))).toBe('1\n');
    await removeContext(context_id);
  });

  test('names what is missing where there is no Python, no bash and no esbuild', async () => {
    const bare = new TestAgent(bundle.file, { PATH: '/no/such', IRIS_ESBUILD: '/no/such/esbuild' });
    const ask = (language: string | undefined): Promise<Answer> =>
      bare.ask('/execute', { method: 'POST', body: { code: '1 as number', language }, port: PORT });

    const [python, bash, typescript] = await Promise.all([ask(undefined), ask('bash'), ask('ts')]);
    await bare.close();

    expect([python.status, python.body.toString()]).toEqual([501, expect.stringContaining('no python3')]);
    expect([bash.status, bash.body.toString()]).toEqual([501, expect.stringContaining('no bash')]);
    expect(eventsOf(typescript).find((event) => event.type === 'error')).toMatchObject({
      value: expect.stringContaining('esbuild is not in this sandbox'),
    });
  });

  test('shows matplotlib’s figures, line numbers of TypeScript, and JSX', async () => {
    const module = path.join(agent.home, 'matplotlib');
    mkdirSync(module);
    writeFileSync(path.join(module, '__init__.py'), '');
    writeFileSync(
      path.join(module, 'pyplot.py'),
      'class Figure:\n    def savefig(self, to, **_): to.write(b"png")\n' +
        'open_figures = [1]\ndef get_fignums(): return list(open_figures)\ndef figure(n): return Figure()\n' +
        'def close(_): open_figures.clear()\ndef show(): raise RuntimeError("no window")\n',
    );

    const figure = await execute('import matplotlib.pyplot as plt\nplt.show()', { language: 'python' });
    const traced = await execute(
      'interface A {\n  x: number;\n}\n\nfunction f(a: A): never {\n  throw new Error("here");\n}\nf({ x: 1 })',
      { language: 'ts' },
    );
    const jsx = await execute(
      'const React = { createElement: (tag: string) => tag }; const App: string = <b>hei</b>; App',
      { language: 'ts' },
    );

    expect(figure.filter((event) => event.type === 'result')).toEqual([
      expect.objectContaining({ png: Buffer.from('png').toString('base64'), is_main_result: false }),
    ]);
    expect(traced.find((event) => event.type === 'error')).toMatchObject({
      traceback: expect.stringMatching(
        /^Error: here\n    at f \(cell-\d+\.ts:6:9\)\n    at cell-\d+\.ts:8:1$/,
      ),
    });
    expect(textOf(jsx, 'result')).toBe('b');
  });
});

/** Resident memory in KiB. */
function memoryOf(pid: number | undefined): number {
  const [, kib] = /VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return existsSync(`/proc/${pid}`) ? Number(kib) : 0;
}
