import type { Location } from 'esbuild';

/**
 * Where a place lies in the file on disk. esbuild names places in the text that it was given, which differs for
 * scripts whose `__dirname` was replaced; there the same token is looked for.
 */
export function toOriginalLocation(location: Location, text: string): Location {
  const lines = text.split(/\r?\n/);
  if (lines[location.line - 1] === location.lineText) return location;
  const token = Buffer.from(location.lineText)
    .subarray(location.column, location.column + location.length)
    .toString('utf8');
  for (const spelling of [token, token.replaceAll('"', "'"), token.replaceAll('"', '`')]) {
    const line = lines.findIndex((candidate) => candidate.includes(spelling));
    const lineText = lines[line];
    if (lineText === undefined || spelling === '') continue;
    const column = Buffer.byteLength(lineText.slice(0, lineText.indexOf(spelling)));
    return { ...location, line: line + 1, column, lineText };
  }
  return location;
}
