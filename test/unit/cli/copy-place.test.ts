import { describe, expect, test } from 'vitest';
import { parseCopyPlace, toCopyWish } from '../../../src/cli/copy/copy-place.ts';

describe('parseCopyPlace', () => {
  test.each([
    ['-', { type: 'stream' }],
    ['data.csv', { type: 'local', path: 'data.csv' }],
    ['./a:b', { type: 'local', path: './a:b' }],
    ['/tmp/a:b', { type: 'local', path: '/tmp/a:b' }],
    ['C:\\x', { type: 'local', path: 'C:\\x' }],
    ['.\\a:b', { type: 'local', path: '.\\a:b' }],
    ['dev:out', { type: 'sandbox', name: 'dev', path: 'out' }],
    ['dev:/a:b', { type: 'sandbox', name: 'dev', path: '/a:b' }],
    ['dev:', { type: 'sandbox', name: 'dev', path: '.' }],
    [':out', { type: 'sandbox', name: undefined, path: 'out' }],
  ])('%s', (word, place) => {
    expect(parseCopyPlace(word)).toEqual(place);
  });
});

describe('toCopyWish', () => {
  const wish = (from: string, to: string) => toCopyWish(parseCopyPlace(from), parseCopyPlace(to), '/work');

  test.each([
    ['dev:out/a', 'x', 'a', false],
    ['dev:out/a/', 'x/', 'a', true],
    ['dev:out/.', '.', undefined, true],
    ['dev:', 'x', undefined, false],
    ['dev:..', 'x', undefined, false],
    ['dev:/', 'x', undefined, false],
  ])('%s to %s is called %s there', (from, to, name, isFolder) => {
    expect(wish(from, to).copy).toMatchObject({ direction: 'out', to: { name, isFolder } });
  });

  test('a local path is made absolute, and one in the sandbox stays as it was typed', () => {
    expect(wish('src', 'dev:lib/')).toEqual({
      target: 'dev',
      copy: { direction: 'in', from: '/work/src', to: { path: 'lib/', isFolder: true, name: 'src' } },
    });
    expect(wish('.', 'dev:lib').copy).toMatchObject({ from: '/work', to: { name: undefined } });
  });

  test.each([
    ['a', 'b'],
    ['-', '-'],
    ['x:a', 'y:b'],
  ])('%s to %s is no copy', (from, to) => {
    expect(() => wish(from, to)).toThrow(/sandbox/);
  });
});
