import { IrisError } from '../../core/errors.ts';

/** What is left after the common beginning and end: the time grows with the product of both lengths. */
const MAX_CELLS = 25_000_000;

/** One less the edit distance for each character of the longer text, from 0 to 1. Throws IRIS_LIMIT_EXCEEDED. */
export function similarity(left: string, right: string): number {
  const from = Array.from(left);
  const to = Array.from(right);
  const longest = Math.max(from.length, to.length);
  return longest === 0 ? 1 : 1 - editDistance(from, to) / longest;
}

/** Insertions, deletions and replacements that turn one list of characters into the other (Levenshtein). */
function editDistance(from: readonly string[], to: readonly string[]): number {
  const start = sharedLength(from, to, (list, index) => list[index]);
  const [a, b] = [from.slice(start), to.slice(start)];
  const end = sharedLength(a, b, (list, index) => list[list.length - 1 - index]);
  const rows = a.slice(0, a.length - end);
  const columns = b.slice(0, b.length - end);
  if (rows.length * columns.length > MAX_CELLS)
    throw new IrisError('IRIS_LIMIT_EXCEEDED', 'The texts are too long to be compared by similarity', {
      hint: 'Compare shorter texts, or use token_f1.',
    });
  return rows.length === 0 ? columns.length : lastCell(rows, columns);
}

function sharedLength(
  a: readonly string[],
  b: readonly string[],
  at: (list: readonly string[], index: number) => string | undefined,
): number {
  const most = Math.min(a.length, b.length);
  let length = 0;
  while (length < most && at(a, length) === at(b, length)) length += 1;
  return length;
}

function lastCell(rows: readonly string[], columns: readonly string[]): number {
  const costs = Uint32Array.from({ length: columns.length + 1 }, (_, index) => index);
  for (const [index, character] of rows.entries()) {
    let diagonal = index;
    costs[0] = index + 1;
    for (let column = 1; column <= columns.length; column += 1) {
      const above = costs[column] ?? 0;
      const replaced = diagonal + (columns[column - 1] === character ? 0 : 1);
      costs[column] = Math.min(above + 1, (costs[column - 1] ?? 0) + 1, replaced);
      diagonal = above;
    }
  }
  return costs[columns.length] ?? 0;
}
