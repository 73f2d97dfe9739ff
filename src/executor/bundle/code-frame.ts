import type { Location } from 'esbuild';

const MAX_WIDTH = 120;

/** Position as editors count it: lines and columns from 1, columns in UTF-16 units. */
export function toPosition(location: Location): { readonly line: number; readonly column: number } {
  return { line: location.line, column: charactersBefore(location) + 1 };
}

/** The source line with a caret below the place, or undefined where esbuild gives no line. */
export function codeFrame(location: Location): string | undefined {
  if (location.lineText === '') return undefined;
  const start = charactersBefore(location);
  const end = toCharacters(location.lineText, location.column + location.length);
  const cut = start > MAX_WIDTH - 20 ? start - 40 : 0;
  const line = location.lineText.slice(cut, cut + MAX_WIDTH);
  const gutter = `${location.line} | `;
  const indent = location.lineText.slice(cut, start).replaceAll(/[^\t]/g, ' ');
  const marks = '^'.repeat(Math.max(1, Math.min(end, cut + MAX_WIDTH) - start));
  return `${gutter}${line}\n${' '.repeat(gutter.length - 2)}| ${indent}${marks}`;
}

function charactersBefore(location: Location): number {
  return toCharacters(location.lineText, location.column);
}

/** esbuild counts bytes of UTF-8. */
function toCharacters(text: string, bytes: number): number {
  return Buffer.from(text).subarray(0, bytes).toString('utf8').length;
}
