import chalk from 'chalk';
import Table from 'cli-table3';
import { cutText } from './cut-text.ts';
import { fitColumns, type ColumnRoom } from './fit-columns.ts';
import { oneLine } from './plain-text.ts';
import type { Screen } from './screen.ts';

/** A column of a table for people. */
export interface Column extends ColumnRoom {
  readonly align?: 'right';
  /** Colours a cell after it was cut. */
  readonly paint?: (text: string) => string;
}

const GAP = '  ';

/** Plain columns without lines, as programs and people can both read them. */
export function renderTable(
  head: readonly (string | Column)[],
  rows: readonly (readonly string[])[],
  screen?: Screen,
): string {
  const columns = head.map((one): Column => (typeof one === 'string' ? { title: one } : one));
  const lines = rows.map((row) => row.map(oneLine));
  const fitted = fitColumns(columns, lines, { available: screen?.width, gap: GAP.length });
  const bold = screen?.paint.bold ?? chalk.bold;
  const table = openTable(fitted.map(({ at }) => columns[at]?.align ?? 'left'));
  const cells = [
    fitted.map(({ at, width }) => bold(cutText(columns[at]?.title ?? '', width))),
    ...lines.map((line) =>
      fitted.map(({ at, width }) => {
        const text = cutText(line[at] ?? '', width);
        return columns[at]?.paint?.(text) ?? text;
      }),
    ),
  ];
  table.push(...cells);
  return `${table.toString().replace(/ +$/gm, '')}\n`;
}

function openTable(aligns: readonly ('left' | 'right')[]): Table.Table {
  const none = '';
  return new Table({
    colAligns: [...aligns],
    chars: {
      top: none,
      'top-mid': none,
      'top-left': none,
      'top-right': none,
      bottom: none,
      'bottom-mid': none,
      'bottom-left': none,
      'bottom-right': none,
      left: none,
      'left-mid': none,
      mid: none,
      'mid-mid': none,
      right: none,
      'right-mid': none,
      middle: GAP,
    },
    style: { head: [], border: [], 'padding-left': 0, 'padding-right': 0 },
  });
}
