import { describe, expect, test } from 'vitest';
import { cutText, widthOf } from '../../../../src/cli/render/cut-text.ts';
import { renderTable } from '../../../../src/cli/render/table.ts';
import { pipe, terminal } from './screens.ts';

const COLUMNS = [
  { title: 'ID' },
  { title: 'COUNT', align: 'right' } as const,
  { title: 'TEXT', isCut: true },
];

describe('a table', () => {
  test('has its figures on the right', () => {
    expect(
      renderTable(
        COLUMNS,
        [
          ['a', '5', 'x'],
          ['b', '12345678', 'y'],
        ],
        pipe,
      ),
    ).toBe('ID     COUNT  TEXT\na          5  x\nb   12345678  y\n');
  });

  test('is cut to the terminal where it may be, and nowhere else', () => {
    const rows = [['an-id-that-stays-whole', '5', 'a long text that has to give way to the terminal']];

    expect(renderTable(COLUMNS, rows, terminal(46))).toBe(
      'ID                      COUNT  TEXT\nan-id-that-stays-whole      5  a long text th…\n',
    );
    expect(renderTable(COLUMNS, rows, pipe)).toContain('way to the terminal');
  });

  test('leaves out what is extra, the last first, before text is cut too short to read', () => {
    const columns = [
      { title: 'NAME', isCut: true },
      { title: 'ONE', isExtra: true },
      { title: 'TWO', isExtra: true },
      'LAST',
    ];
    const rows = [['a name of more than thirty-two characters', '1', '2', '3']];
    const headOf = (width: number) =>
      renderTable(columns, rows, terminal(width)).split(/ *\n/)[0]?.split(/ +/);

    expect(headOf(60)).toEqual(['NAME', 'ONE', 'TWO', 'LAST']);
    expect(headOf(45)).toEqual(['NAME', 'ONE', 'LAST']);
    expect(headOf(20)).toEqual(['NAME', 'LAST']);
  });

  test('keeps every line within the terminal, whatever the text is', () => {
    const rows = [
      ['a', '1', '日本語のとても長い文章です。端末の幅を越えます。'],
      ['b', '2', '🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉🎉'],
    ];

    for (const line of renderTable(COLUMNS, rows, terminal(30)).trimEnd().split('\n'))
      expect(widthOf(line)).toBeLessThanOrEqual(30);
  });

  test('keeps text of others from steering the terminal', () => {
    expect(renderTable(['TEXT'], [['two\nlines\u001b[2J\u202e!']], pipe)).toBe(
      'TEXT\ntwo lines\uFFFD[2J\uFFFD!\n',
    );
  });

  test('colours a cell after it was cut', () => {
    const screen = terminal(12, 1);
    const column = { title: 'T', isCut: true, paint: (text: string) => screen.paint.red(text) };

    expect(renderTable([column], [['a text that is too long']], screen)).toContain(
      '\u001b[31ma text that…\u001b[39m',
    );
  });
});

test.each([
  ['short', 10, 'short'],
  ['exactly', 7, 'exactly'],
  ['one more', 7, 'one mo…'],
  ['ends in a space', 8, 'ends in…'],
  ['日本語', 5, '日本…'],
  ['日本語', 4, '日…'],
])('cutText(%j, %d) is %j', (text, columns, cut) => {
  expect(cutText(text, columns)).toBe(cut);
});
