import { IrisError } from '../../core/errors.ts';

/** A header or a key with its value, as the lines of a file that it takes. */
export interface TomlStatement {
  readonly kind: 'table' | 'key';
  /** The parts of its name, without quotes. */
  readonly name: readonly string[];
  readonly firstLine: number;
  /** The line after its last one. */
  readonly endLine: number;
}

/** What decides where a statement ends; the last one is a quote that nothing closes. */
const TOKEN = /"""(?:\\[^]|[^\\])*?"""|'''[^]*?'''|"(?:\\.|[^"\\\n])*"|'[^'\n]*'|#.*|[[{]|[\]}]|\n|["']/g;

/** Finds the statements of TOML without reading their values. Throws FILE_UNREADABLE where one does not end. */
export function scanToml(text: string): readonly TomlStatement[] {
  const lines = text.split('\n');
  const statements: TomlStatement[] = [];
  for (let line = 0; line < lines.length;) {
    const start = (lines[line] ?? '').trim();
    if (start === '' || start.startsWith('#')) {
      line += 1;
      continue;
    }
    const endLine = endOf(lines, line);
    const isTable = start.startsWith('[');
    const name = isTable ? start.replace(/^\[+\s*/, '') : start;
    statements.push({ kind: isTable ? 'table' : 'key', name: nameOf(name, line), firstLine: line, endLine });
    line = endLine;
  }
  return statements;
}

/** A name of parts that are bare or quoted, up to `]` or `=`. */
function nameOf(text: string, line: number): readonly string[] {
  const parts: string[] = [];
  let rest = text;
  for (;;) {
    const part = /^\s*(?:([A-Za-z0-9_-]+)|"((?:[^"\\]|\\.)*)"|'([^']*)')\s*/.exec(rest);
    if (part === null) throw unreadable(line);
    parts.push(part[1] ?? part[2] ?? part[3] ?? '');
    rest = rest.slice(part[0].length);
    if (!rest.startsWith('.')) break;
    rest = rest.slice(1);
  }
  if (!/^[\]=]/.test(rest)) throw unreadable(line);
  return parts;
}

/** The line after the statement that begins in `first`: strings and brackets may go over many. */
function endOf(lines: readonly string[], first: number): number {
  const text = lines.slice(first).join('\n');
  let depth = 0;
  let line = first;
  for (const [token] of text.matchAll(TOKEN)) {
    if (token === '"' || token === "'") throw unreadable(line);
    if (token === '\n' && depth === 0) return line + 1;
    if (/^[[{]$/.test(token)) depth += 1;
    else if (/^[\]}]$/.test(token)) depth -= 1;
    if (depth < 0) throw unreadable(line);
    line += token.split('\n').length - 1;
  }
  if (depth !== 0) throw unreadable(first);
  return line + 1;
}

function unreadable(line: number): IrisError {
  return new IrisError('FILE_UNREADABLE', `It is no TOML that iris understands: line ${line + 1}`, {
    hint: 'Mend it by hand first; nothing was changed.',
  });
}
