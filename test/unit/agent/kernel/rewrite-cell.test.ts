import vm from 'node:vm';
import { describe, expect, test } from 'vitest';
import { CELL_SCOPE, rewriteCell } from '../../../../src/agent/kernel/rewrite-cell.ts';

/** Runs cells one after the other in a world of their own; gives the value of the last. */
async function runCells(...cells: string[]): Promise<unknown> {
  const world: vm.Context = vm.createContext({ Promise });
  const set = (name: string, value: unknown): void => {
    world[name] = value;
  };
  const all = Symbol('all');
  world[CELL_SCOPE] = {
    all,
    meta: { url: 'file:///cell.js' },
    declare: (names: string[], vars: string[]) => {
      for (const name of names) set(name, undefined);
      for (const name of vars) if (!(name in world)) set(name, undefined);
    },
    defineFunction: set,
    import: (from: string, names: string[]) => ({
      ...Object.fromEntries(names.map((name) => [name, `${name} of ${from}`])),
      [all]: `all of ${from}`,
    }),
  };
  let value: unknown;
  for (const cell of cells) {
    const run: unknown = vm.runInContext(rewriteCell(cell), world);
    value = typeof run === 'function' ? await Reflect.apply(run, undefined, []) : undefined;
  }
  return value;
}

describe('rewriteCell()', () => {
  test.each([
    ['the last expression', ['1; 2 + 3'], 5],
    ['the last expression with a semicolon and a comment', ['1; (2 + 3); // five'], 5],
    ['a promise, awaited', ['await Promise.resolve(1) + 1'], 2],
    ['the last value of a block, of its labels and branches', ['{ a: if (true) { 1; 2 } else 3 }'], 2],
    ['the last value of what was tried', ['try { JSON.parse("{") } catch { 4 } finally { 5 }'], 4],
    ['the last value of a branch without a block', ['if (false) 1; else 2'], 2],
    ['nothing of a default export', ['export default () => 5'], undefined],
    ['a default export in parentheses', ['let seen; export default (seen = 1, 2);\nseen'], 1],
    ['nothing after a loop', ['for (const i of [1]) i'], undefined],
    ['nothing after a declaration', ['const a = 1'], undefined],
    ['an object in parentheses', ['({ a: 1 }).a'], 1],
    ['let and const in a later cell', ['let a = 1; const b = 2', 'a + b'], 3],
    ['a const that was declared before', ['const a = 1', 'const a = 2', 'a'], 2],
    ['declarations without semicolons', ['const a = 1\nlet b\nconst c = [a]\nc[0]'], 1],
    ['several declarators', ['let a = 1, b, c = a + 1; [a, b, c].join()'], '1,,2'],
    [
      'destructuring',
      ['const { a, b: [c, ...d], e = 5 } = { a: 1, b: [2, 3] }', '[a, c, d, e].join()'],
      '1,2,3,5',
    ],
    ['a let without value that had one', ['let a = 1', 'let a', 'typeof a'], 'undefined'],
    ['a var without value that had one', ['var a = 1', 'var a', 'a'], 1],
    ['a var in a loop', ['for (var i = 0; i < 3; i++) {}', 'i'], 3],
    [
      'a var in a loop over keys and values',
      ['for (var k in { x: 1 }) for (var v of [2]) {}', 'k + v'],
      'x2',
    ],
    ['a var in a block', ['if (true) { var a = 1, { b } = { b: 2 } }', 'a + b'], 3],
    ['not the let of a block', ['{ let a = 1 }', 'typeof a'], 'undefined'],
    [
      'not the var of a function',
      ['function f() { var inner = 1; return inner }; f()', 'typeof inner'],
      'undefined',
    ],
    ['a function before its definition', ['f(); function f() { return 7 }', 'f()'], 7],
    [
      'the latest function of a name',
      ['function f() { return g() } function g() { return 1 }', 'function g() { return 2 }', 'f()'],
      2,
    ],
    [
      'async and generator functions',
      ['async function f() { return 1 } function* g() { yield 2 }', 'await f() + [...g()][0]'],
      3,
    ],
    ['a class and its heir', ['class A { x = 1 }', 'class A { x = 2 }\nclass B extends A {}\nnew B().x'], 2],
    ['the name of a function in a variable', ['const f = () => 1', 'f.name'], 'f'],
    [
      'imports of all kinds',
      ["import d, { n, o as p } from 'x'; import * as ns from 'y'; import 'z'\n[d, n, p, ns].join()"],
      'default of x,n of x,o of x,all of y',
    ],
    [
      'exports, which are plain declarations',
      ['export const a = 1; export function f() { return a } export { a as b }', 'f()'],
      1,
    ],
    ['a default export of a function', ['export default function f() { return 4 }', 'f()'], 4],
    ['import.meta', ['const f = () => import.meta.url; f()'], 'file:///cell.js'],
    ['a first line for the shell', ['#!/usr/bin/env node\n1 + 1'], 2],
    ['an empty cell', [''], undefined],
    ['a cell that is only a comment', ['// nothing'], undefined],
  ])('keeps or gives %s', async (_name, cells, expected) => {
    expect(await runCells(...cells)).toBe(expected);
  });

  test('leaves every statement on its line, the first being the second', () => {
    const code = `import {\n  a,\n  b,\n} from 'x';\nconst {\n  c,\n} = a;\nclass D {\n}\nmark`;

    const rewritten = rewriteCell(code);

    expect(rewritten.split('\n').findIndex((line) => line.includes('mark'))).toBe(1 + 9);
  });

  test.each(['let a = 1; let a = 2', 'return 1', 'let a: number = 1', '})(); (() => {', 'await = 1'])(
    'refuses %s',
    (code) => {
      expect(() => rewriteCell(code)).toThrow(SyntaxError);
    },
  );
});
