import { isAbsolute, relative } from 'node:path';

/** Where a script failed, in the user's own files. */
export interface ThrownAt {
  /** Relative to `rootDir`. */
  readonly file: string;
  readonly line: number;
  readonly column: number;
  /** Such as `TypeError: x is not a function`. */
  readonly message: string;
}

const FRAME = /^ {4}at (?:.* \()?(?:file:\/\/)?(\/[^\n]*?):(\d+):(\d+)\)?$/;
const PYTHON_FRAME = /^ {2}File "(\/[^"\n]+)", line (\d+)/;

/** Reads the last error that a script wrote to standard error; undefined where none names a file below `rootDir`. */
export function thrownAt(stderr: string, rootDir: string): ThrownAt | undefined {
  const lines = stderr.split('\n');
  const frames = lines.flatMap((line, at) => {
    const match = FRAME.exec(line) ?? PYTHON_FRAME.exec(line);
    const file = match?.[1] === undefined ? undefined : ownFile(match[1], rootDir);
    return match === null || file === undefined ? [] : [{ at, file, match, isPython: !FRAME.test(line) }];
  });
  const last = frames.at(-1);
  if (last === undefined) return undefined;
  // The frames of one error stand below each other; in JavaScript the first is where it happened, in Python the last.
  const first = last.isPython ? last : (frames.find(({ at }) => isOneTrace(lines, at, last.at)) ?? last);
  const [, , line = '1', column = '1'] = first.match;
  return {
    file: first.file,
    line: Number(line),
    column: Number(column),
    message: last.isPython ? pythonMessage(lines, last.at) : messageAbove(lines, first.at),
  };
}

function ownFile(file: string, rootDir: string): string | undefined {
  const inside = relative(rootDir, file);
  if (inside.startsWith('..') || isAbsolute(inside) || inside.includes('node_modules/')) return undefined;
  return inside;
}

function isOneTrace(lines: readonly string[], from: number, to: number): boolean {
  return lines.slice(from, to).every((line) => line.startsWith('    at '));
}

function messageAbove(lines: readonly string[], at: number): string {
  let end = at;
  while ((lines[end - 1] ?? '').startsWith('    at ')) end--;
  let start = end;
  while (start > 0 && lines[start - 1] !== '') start--;
  return lines.slice(start, end).join('\n') || 'The script failed';
}

function pythonMessage(lines: readonly string[], at: number): string {
  return lines.slice(at + 1).find((line) => /^\S/.test(line)) ?? 'The script failed';
}
