import {
  applyEdits,
  modify,
  parse,
  printParseErrorCode,
  type FormattingOptions,
  type ParseError,
} from 'jsonc-parser';
import { IrisError } from '../../core/errors.ts';

const BOM = '\uFEFF';

/** Where an entry stands: the keys that lead to it, its own last. */
export type EntryPath = readonly string[];

/**
 * Puts an entry into JSON with comments and changes nothing else; what else stands in an entry of that name stays.
 * Throws FILE_UNREADABLE for what is no JSON, or has something else in the place of the entries.
 */
export function putIntoJson(text: string, path: EntryPath, entry: Readonly<Record<string, unknown>>): string {
  const before = text.trim() === '' ? '{}\n' : text;
  const present = entryAt(before, path);
  if (!isObject(present)) return edit(before, path, entry);
  let after = before;
  for (const [key, value] of Object.entries(entry)) {
    if (JSON.stringify(present[key]) !== JSON.stringify(value)) after = edit(after, [...path, key], value);
  }
  return after;
}

/** Takes an entry out of JSON with comments and changes nothing else. Throws as `putIntoJson` does. */
export function takeFromJson(text: string, path: EntryPath): string {
  return entryAt(text, path) === undefined ? text : edit(text, path, undefined);
}

/** What stands in the place of an entry. Throws as `putIntoJson` does. */
export function entryAt(text: string, path: EntryPath): unknown {
  let value = parseWhole(text);
  for (const [depth, key] of path.entries()) {
    if (value === undefined) return undefined;
    if (!isObject(value)) {
      const place = path.slice(0, depth).join('.') || 'The file';
      throw new IrisError('FILE_UNREADABLE', `${place} is no object`, { hint: 'Mend it by hand first.' });
    }
    value = Object.hasOwn(value, key) ? value[key] : undefined;
  }
  return value;
}

function parseWhole(text: string): unknown {
  const errors: ParseError[] = [];
  const bare = text.startsWith(BOM) ? text.slice(BOM.length) : text;
  if (bare.trim() === '') return undefined;
  const value: unknown = parse(bare, errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first === undefined) return value;
  const line = bare.slice(0, first.offset).split('\n').length;
  throw new IrisError(
    'FILE_UNREADABLE',
    `It is no JSON: ${printParseErrorCode(first.error)} in line ${line}`,
    {
      hint: 'Mend it by hand first; nothing was changed.',
    },
  );
}

function edit(text: string, path: EntryPath, value: unknown): string {
  const head = text.startsWith(BOM) ? BOM : '';
  const bare = text.slice(head.length);
  const edits = modify(bare, [...path], value, { formattingOptions: styleOf(bare) });
  return head + applyEdits(bare, edits);
}

/** As the rest of the file is written. */
function styleOf(text: string): FormattingOptions {
  const indent = /^([ \t]+)\S/m.exec(text)?.[1] ?? '  ';
  return {
    insertSpaces: !indent.startsWith('\t'),
    tabSize: indent.startsWith('\t') ? 1 : indent.length,
    eol: text.includes('\r\n') ? '\r\n' : '\n',
  };
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
