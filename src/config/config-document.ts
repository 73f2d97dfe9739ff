import type * as Yaml from 'yaml';
import type { KeyPath } from './config-keys.ts';
import { valueAt } from './layer.ts';
import type * as YamlModule from './yaml.ts';

export interface Position {
  readonly line: number;
  readonly column: number;
}

/** The values of a YAML or JSON text, and where in the text each one stands. */
export interface ConfigDocument {
  readonly type: 'document';
  /** Undefined where the text holds nothing but comments. */
  readonly values: unknown;
  keyPosition(path: KeyPath): Position | undefined;
  valuePosition(path: KeyPath): Position | undefined;
}

export interface MalformedText {
  readonly type: 'malformed';
  /** What is wrong; it quotes nothing of the text, which may hold a secret. */
  readonly reason: string;
  readonly position: Position | undefined;
}

interface Place {
  readonly key: unknown;
  readonly value: unknown;
}

/** The kinds of mistake that the parser describes without quoting the text. */
const PLAIN_MISTAKES: ReadonlySet<string> = new Set<Yaml.ErrorCode>([
  'BAD_INDENT',
  'BLOCK_AS_IMPLICIT_KEY',
  'BLOCK_IN_FLOW',
  'DUPLICATE_KEY',
  'MISSING_CHAR',
  'MULTIPLE_DOCS',
  'TAB_AS_INDENT',
]);

const MAX_CHARS = 1024 * 1024;

/** Reads a YAML text, or a strict JSON one; `within` is the path of the part that counts. */
export async function readDocument(
  text: string,
  options: { isJson: boolean; within: KeyPath },
): Promise<ConfigDocument | MalformedText> {
  if (text.length > MAX_CHARS)
    return { type: 'malformed', reason: 'The file is over 1MB', position: undefined };
  const yaml = await import('./yaml.ts');
  const lines = new yaml.LineCounter();
  try {
    const tree = yaml.parseDocument(text, { lineCounter: lines, prettyErrors: false, logLevel: 'silent' });
    const [error] = tree.errors;
    if (error !== undefined) return malformed(error, lines);
    const broken = options.isJson ? brokenJson(text, lines) : undefined;
    return broken ?? toDocument(yaml, tree, { lines, within: options.within });
  } catch {
    const reason = 'The text nests too deeply, or an alias in it leads nowhere or too far';
    return { type: 'malformed', reason, position: undefined };
  }
}

function malformed(error: Yaml.YAMLError, lines: Yaml.LineCounter): MalformedText {
  const reason = PLAIN_MISTAKES.has(error.code) ? error.message : 'Unexpected text';
  return { type: 'malformed', reason, position: positionAt(error.pos[0], lines) };
}

/** YAML allows more than JSON does. The parser's own message would quote the text. */
function brokenJson(text: string, lines: Yaml.LineCounter): MalformedText | undefined {
  try {
    JSON.parse(text.replace(/^\uFEFF/, ''));
    return undefined;
  } catch (thrown) {
    const [, offset] = /at position (\d+)/.exec(String(thrown)) ?? [];
    const position = offset === undefined ? undefined : positionAt(Number(offset), lines);
    return { type: 'malformed', reason: 'The text is not JSON', position };
  }
}

function toDocument(
  yaml: typeof YamlModule,
  tree: Yaml.Document.Parsed,
  { lines, within }: { lines: Yaml.LineCounter; within: KeyPath },
): ConfigDocument {
  const place = (path: KeyPath): Place | undefined => locate(yaml, tree.contents, [...within, ...path]);
  const positionOf = (node: unknown): Position | undefined => {
    const offset = yaml.isNode(node) ? node.range?.[0] : undefined;
    return offset === undefined ? undefined : positionAt(offset, lines);
  };
  const values: unknown = tree.toJS();
  return {
    type: 'document',
    values: valueAt(values, within) ?? undefined,
    keyPosition: (path) => positionOf(place(path)?.key),
    valuePosition: (path) => positionOf(place(path)?.value) ?? positionOf(place(path)?.key),
  };
}

/** Finds the key and the value that `path` leads to; the key of a list's member is the member. */
function locate(yaml: typeof YamlModule, root: unknown, path: KeyPath): Place | undefined {
  let place: Place | undefined = { key: root, value: root };
  for (const word of path) {
    const node: unknown = place?.value;
    if (yaml.isSeq(node)) {
      const member = node.items[Number(word)];
      place = { key: member, value: member };
    } else {
      place = yaml.isMap(node) ? node.items.find((pair) => keyText(yaml, pair.key) === word) : undefined;
    }
  }
  return place;
}

function keyText(yaml: typeof YamlModule, key: unknown): string {
  return yaml.isScalar(key) ? String(key.value) : '';
}

function positionAt(offset: number, lines: Yaml.LineCounter): Position {
  const { line, col } = lines.linePos(offset);
  return { line: Math.max(1, line), column: Math.max(1, col) };
}
