import { IrisError } from '../../core/errors.ts';
import type { EntryPath } from './edit-json.ts';
import { scanToml, type TomlStatement } from './scan-toml.ts';

/**
 * Puts a table into TOML and changes nothing else; other keys and comments in a table of that name stay.
 * Throws FILE_UNREADABLE for what cannot be followed, or has the table in another form.
 */
export function putIntoToml(text: string, path: EntryPath, entry: Readonly<Record<string, unknown>>): string {
  const keys = Object.entries(entry).map(([key, value]) => `${key} = ${toToml(value)}`);
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const own = findTable(text, path);
  if (own === undefined) {
    const head = text.trim() === '' ? '' : `${text.trimEnd()}${eol}${eol}`;
    return `${head}[${path.join('.')}]${eol}${keys.join(eol)}${eol}`;
  }
  if (isSame(text, own, keys)) return text;
  const lines = text.split('\n').map((line) => line.replace(/\r$/, ''));
  const replaced = own.keys.filter(({ name }) => name.length === 1 && Object.hasOwn(entry, name[0] ?? ''));
  const dropped = new Set(replaced.flatMap(linesOf));
  const kept = lines.flatMap((line, index) => {
    if (index === own.header.firstLine) return [line, ...keys];
    return dropped.has(index) ? [] : [line];
  });
  return kept.join(eol);
}

/** Takes a table and its parts out of TOML and changes nothing else. Throws as `putIntoToml` does. */
export function takeFromToml(text: string, path: EntryPath): string {
  const own = findTable(text, path);
  if (own === undefined) return text;
  const dropped = new Set([own.header, ...own.keys, ...own.parts].flatMap(linesOf));
  const lines = text.split('\n');
  // The blank line above the table was made with it.
  const above = own.header.firstLine - 1;
  if ((lines[above] ?? 'x').trim() === '') dropped.add(above);
  return lines.filter((_, index) => !dropped.has(index)).join('\n');
}

/** Tells whether TOML has a table. Throws as `putIntoToml` does. */
export function hasTable(text: string, path: EntryPath): boolean {
  return findTable(text, path) !== undefined;
}

interface OwnTable {
  readonly header: TomlStatement;
  readonly keys: readonly TomlStatement[];
  /** Tables below it, with their keys. */
  readonly parts: readonly TomlStatement[];
}

function findTable(text: string, path: EntryPath): OwnTable | undefined {
  let header: TomlStatement | undefined;
  const keys: TomlStatement[] = [];
  const parts: TomlStatement[] = [];
  let table: readonly string[] = [];
  for (const statement of scanToml(text)) {
    if (statement.kind === 'table') table = statement.name;
    const full = statement.kind === 'table' ? table : [...table, ...statement.name];
    const isOwnTable = startsWith(table, path) && table.length === path.length;
    if (startsWith(table, path) && !isOwnTable) parts.push(statement);
    else if (isOwnTable && statement.kind === 'table') header = statement;
    else if (isOwnTable) keys.push(statement);
    // The entry, or what holds the entries, as a value: iris = { … }, mcp_servers = { … } or mcp_servers.iris.command = …
    else if (statement.kind === 'key' && (startsWith(full, path) || startsWith(path, full)))
      throw otherForm(path, statement);
  }
  return header === undefined ? undefined : { header, keys, parts };
}

function otherForm(path: EntryPath, { firstLine }: TomlStatement): IrisError {
  return new IrisError('FILE_UNREADABLE', `${path.join('.')} is no table of its own: line ${firstLine + 1}`, {
    hint: `Make it one by hand first: [${path.join('.')}]`,
  });
}

function isSame(text: string, { keys }: OwnTable, wanted: readonly string[]): boolean {
  const lines = text.split('\n').map((line) => line.trim());
  const present = new Set(keys.map(({ firstLine }) => lines[firstLine]));
  return wanted.every((line) => present.has(line));
}

function linesOf({ firstLine, endLine }: TomlStatement): readonly number[] {
  return Array.from({ length: endLine - firstLine }, (_, index) => firstLine + index);
}

function startsWith(name: readonly string[], path: readonly string[]): boolean {
  return path.every((part, index) => name[index] === part);
}

/** Strings of JSON are strings of TOML. */
function toToml(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map((part) => JSON.stringify(part)).join(', ')}]`;
  return JSON.stringify(value);
}
