import chalk from 'chalk';
import Table from 'cli-table3';
import { cutText, widthOf } from './cut-text.ts';
import { oneLine } from './plain-text.ts';
import type { Screen } from './screen.ts';

/** A column of a table for people. */
export interface Column {
  readonly title: string;
  readonly align?: 'right';
  /** May be cut where the terminal is too narrow; ids and figures may not. */
  readonly isCut?: boolean;
  /** Colours a cell after it was cut. */
  readonly paint?: (text: string) => string;
}

const GAP = '  ';
const LEAST_CUT_WIDTH = 8;

/** Plain columns without lines, as programs and people can both read them. */
export function renderTable(
  head: readonly (string | Column)[],
  rows: readonly (readonly string[])[],
  screen?: Screen,
): string {
  const columns = head.map((one): Column => (typeof one === 'string' ? { title: one } : one));
  const lines = rows.map((row) => row.map(oneLine));
  const widths = fit(columns, lines, screen?.width);
  const bold = screen?.paint.bold ?? chalk.bold;
  const table = openTable(columns.map(({ align }) => align ?? 'left'));
  const cells = [
    columns.map(({ title }, at) => bold(cutText(title, widths[at] ?? Infinity))),
    ...lines.map((line) => line.map((text, at) => toCell(text, columns[at], widths[at]))),
  ];
  table.push(...cells);
  return `${table.toString().replace(/ +$/gm, '')}\n`;
}

function toCell(text: string, column: Column | undefined, width = Infinity): string {
  const cut = cutText(text, width);
  return column?.paint?.(cut) ?? cut;
}

/** The widths that the columns may have: where they are too many, the widest of those that may be cut gives way. */
function fit(
  columns: readonly Column[],
  lines: readonly (readonly string[])[],
  available = Infinity,
): readonly number[] {
  const widths = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...lines.map((line) => widthOf(line[at] ?? ''))),
  );
  const gaps = GAP.length * (columns.length - 1);
  let excess = widths.reduce((sum, width) => sum + width, gaps) - available;
  while (excess > 0) {
    const widest = indexOfWidest(columns, widths);
    const width = widths[widest];
    if (width === undefined) break;
    widths[widest] = width - 1;
    excess -= 1;
  }
  return widths;
}

function indexOfWidest(columns: readonly Column[], widths: readonly number[]): number {
  const cuttable = widths.map((width, at) => (columns[at]?.isCut === true ? width : 0));
  const most = Math.max(...cuttable);
  return most > LEAST_CUT_WIDTH ? cuttable.indexOf(most) : -1;
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
