import { describe, expect, test } from 'vitest';
import { globSelection } from '../../../../src/core/copy/glob-selection.ts';

describe('globSelection', () => {
  test.each([
    ['*.csv', ['a.csv', 'ö.csv', '\n.csv'], ['a/b.csv', 'a.csvx', '.csv', 'acsv']],
    ['**/*.csv', ['a.csv', 'x/a.csv', 'x/y/a.csv'], ['.x/a.csv', 'node_modules/x/a.csv']],
    ['out/**', ['out/a', 'out/x/y'], ['out', 'other/out/a', 'out/.hidden']],
    ['./out/*', ['out/a'], ['out/a/b']],
    ['a?c', ['abc'], ['ac', 'a/c']],
    ['[a-c]1', ['a1', 'c1'], ['d1', '-1']],
    ['[!a]1', ['b1'], ['a1']],
    ['{a,b/*}.txt', ['a.txt', 'b/x.txt'], ['c.txt', '{a}.txt']],
    ['a,b}', ['a,b}'], ['a']],
    ['a(b)+.^$|', ['a(b)+.^$|'], ['ab']],
    ['.cache/**', ['.cache/x', '.cache/x/y'], ['cache/x']],
    ['node_modules/*/package.json', ['node_modules/x/package.json'], ['node_modules/package.json']],
    ['exact/name.txt', ['exact/name.txt'], ['exact/nameXtxt']],
  ])('%s', (glob, taken, left) => {
    const { takes } = globSelection([glob]);

    expect(taken.filter((path) => !takes(path))).toEqual([]);
    expect(left.filter((path) => takes(path))).toEqual([]);
  });

  test('enters no directory that no glob could mean', () => {
    expect(['src', '.git', 'x/node_modules'].filter(globSelection(['**']).enters)).toEqual(['src']);
    expect(globSelection(['**', '.git/*']).enters('.git')).toBe(true);
  });

  test('a range that is none is told', () => {
    expect(() => globSelection(['[z-a]'])).toThrow(SyntaxError);
  });
});
