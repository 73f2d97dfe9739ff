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
});
