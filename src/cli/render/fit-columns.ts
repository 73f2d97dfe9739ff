import { widthOf } from './cut-text.ts';

/** What a column allows when the terminal is too narrow. */
export interface ColumnRoom {
  readonly title: string;
  /** May be cut where the terminal is too narrow; ids and figures may not. */
  readonly isCut?: boolean;
  /** May be left out where the others would have to be cut too short; the last of them goes first. */
  readonly isExtra?: boolean;
}

interface Fitted {
  /** Where it stands in the whole table. */
  readonly at: number;
  readonly width: number;
}

const LEAST_CUT_WIDTH = 8;
/** A text that is cut below this is hard to tell from others, and worth more than an extra column. */
const READABLE_WIDTH = 32;

/** The columns that are shown, with the widths that they may have. */
export function fitColumns(
  columns: readonly ColumnRoom[],
  lines: readonly (readonly string[])[],
  { available = Infinity, gap }: { readonly available?: number | undefined; readonly gap: number },
): readonly Fitted[] {
  const natural = columns.map(({ title }, at) =>
    Math.max(widthOf(title), ...lines.map((line) => widthOf(line[at] ?? ''))),
  );
  const shown = columns.map((_, at) => at);
  const total = (widthAt: (at: number) => number): number =>
    shown.reduce((sum, at) => sum + widthAt(at) + gap, -gap);
  const readable = (at: number): number => {
    const width = natural[at] ?? 0;
    return columns[at]?.isCut === true ? Math.min(width, READABLE_WIDTH) : width;
  };
  while (total(readable) > available) {
    const extra = shown.findLastIndex((at) => columns[at]?.isExtra === true);
    if (extra === -1) break;
    shown.splice(extra, 1);
  }
  const excess = total((at) => natural[at] ?? 0) - available;
  const widths = shown.map((at) => ({ width: natural[at] ?? 0, isCut: columns[at]?.isCut === true }));
  const narrowed = narrow(widths, excess);
  return shown.map((at, index) => ({ at, width: narrowed[index] ?? 0 }));
}

/** Takes away the excess, always from the widest of the columns that may be cut. */
function narrow(
  columns: readonly { readonly width: number; readonly isCut: boolean }[],
  excess: number,
): readonly number[] {
  const widths = columns.map(({ width }) => width);
  for (let left = excess; left > 0; left -= 1) {
    const cuttable = widths.map((width, at) => (columns[at]?.isCut === true ? width : 0));
    const most = Math.max(...cuttable);
    if (most <= LEAST_CUT_WIDTH) break;
    widths[cuttable.indexOf(most)] = most - 1;
  }
  return widths;
}
