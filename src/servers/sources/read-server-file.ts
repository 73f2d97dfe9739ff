import { readFile, stat } from 'node:fs/promises';
import { parse as parseJsonc, type ParseError } from 'jsonc-parser';
import { parse as parseToml } from 'smol-toml';
import { z } from 'zod';
import type { ClientFiles } from '../../contract/mcp/client-files.ts';
import { errnoOf } from '../../core/errors.ts';

const MAX_FILE_BYTES = 16 * 1024 * 1024;

const record = z.record(z.string(), z.unknown());

export type ServerFile =
  | { readonly type: 'read'; readonly values: Readonly<Record<string, unknown>> }
  | { readonly type: 'absent' }
  | { readonly type: 'unreadable'; readonly reason: string };

/** Reads a file of a client as a whole. */
export async function readServerFile(file: string, format: ClientFiles['format']): Promise<ServerFile> {
  try {
    const { size } = await stat(file);
    if (size > MAX_FILE_BYTES) return { type: 'unreadable', reason: `it has ${size} bytes` };
    const text = await readFile(file, 'utf8');
    const parsed = record.safeParse(format === 'toml' ? parseToml(text) : parseJson(text));
    return parsed.success
      ? { type: 'read', values: parsed.data }
      : { type: 'unreadable', reason: 'it holds no keys and values' };
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') return { type: 'absent' };
    const [firstLine = ''] = (thrown instanceof Error ? thrown.message : String(thrown)).split('\n');
    return { type: 'unreadable', reason: errno ?? firstLine };
  }
}

/** The keys and values that a path of keys leads to; none where it leads nowhere. */
export function recordAt(
  values: Readonly<Record<string, unknown>>,
  path: readonly string[],
): Readonly<Record<string, unknown>> {
  let found: Readonly<Record<string, unknown>> = values;
  for (const key of path) {
    const parsed = record.safeParse(Object.hasOwn(found, key) ? found[key] : undefined);
    if (!parsed.success) return {};
    found = parsed.data;
  }
  return found;
}

/** JSON as editors write it: with comments and commas at the end. */
function parseJson(text: string): unknown {
  if (text.trim() === '') return {};
  const errors: ParseError[] = [];
  const value: unknown = parseJsonc(text.replace(/^\uFEFF/, ''), errors, { allowTrailingComma: true });
  const [first] = errors;
  if (first !== undefined) throw new Error(`it is no JSON at character ${first.offset}`);
  return value;
}
