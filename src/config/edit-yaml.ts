import type * as Yaml from 'yaml';
import { IrisError } from '../core/errors.ts';
import type { KeyPath } from './config-keys.ts';
import { valueAt } from './layer.ts';
import type * as YamlModule from './yaml.ts';

type Tree = Yaml.Document.Parsed;

/**
 * Sets one value in a YAML text and changes nothing else, so that comments and layout stay. Where the text is written
 * in a way that this cannot be done in place, it is written anew, with its comments. Throws CONFIG_INVALID.
 */
export async function putIntoYaml(text: string, path: KeyPath, value: unknown): Promise<string> {
  const yaml = await import('./yaml.ts');
  const tree = parsed(yaml, text);
  if (JSON.stringify(tree.getIn(path)) === JSON.stringify(value)) return text;
  const wanted = parsed(yaml, text);
  if (wanted.contents === null) wanted.contents = parsed(yaml, '{}').contents;
  if (yaml.isMap(wanted.contents) && wanted.contents.items.length === 0) wanted.contents.flow = false;
  setDeep(yaml, wanted, path, value);
  const change = { text, tree, path, value };
  const inPlace = tree.hasIn(path)
    ? (replaced(yaml, change) ?? rewritten(yaml, change))
    : added(yaml, change);
  return chosen(yaml, inPlace, wanted);
}

/** Takes one value out, and a group that is empty then. Throws CONFIG_INVALID. */
export async function takeFromYaml(text: string, path: KeyPath): Promise<string> {
  const yaml = await import('./yaml.ts');
  const tree = parsed(yaml, text);
  if (!tree.hasIn(path)) return text;
  const wanted = parsed(yaml, text);
  let doomed = path;
  wanted.deleteIn(doomed);
  while (doomed.length > 1 && isEmptyGroup(yaml, wanted, doomed.slice(0, -1))) {
    doomed = doomed.slice(0, -1);
    wanted.deleteIn(doomed);
  }
  return chosen(yaml, removed(yaml, { text, tree, path: doomed }), wanted);
}

interface Change {
  readonly text: string;
  readonly tree: Tree;
  readonly path: KeyPath;
  readonly value: unknown;
}

function parsed(yaml: typeof YamlModule, text: string): Tree {
  const tree = yaml.parseDocument(text, { logLevel: 'silent', prettyErrors: false });
  const isWhole = tree.errors.length === 0 && (tree.contents === null || yaml.isMap(tree.contents));
  if (isWhole) return tree;
  // What the parser says would quote the text.
  throw new IrisError('CONFIG_INVALID', 'The file is no YAML with keys and values', {
    hint: 'Mend it by hand first; iris config list tells the line.',
  });
}

/** What was changed in place counts only when it says the same as the changed tree. */
function chosen(yaml: typeof YamlModule, inPlace: string | undefined, wanted: Tree): string {
  if (inPlace !== undefined) {
    const got = yaml.parseDocument(inPlace, { logLevel: 'silent', prettyErrors: false });
    const isRight = got.errors.length === 0 && canonical(got.toJS()) === canonical(wanted.toJS());
    if (isRight) return inPlace;
  }
  return wanted.toString({ lineWidth: 0 });
}

/** A group without members and nothing at all say the same. */
function canonical(value: unknown): string {
  return JSON.stringify(value ?? {});
}

function setDeep(yaml: typeof YamlModule, tree: Tree, path: KeyPath, value: unknown): void {
  const [depth] = path.flatMap((_word, index) => {
    const above = path.slice(0, index);
    return index > 0 && !yaml.isMap(tree.getIn(above, true)) ? [index] : [];
  });
  if (depth === undefined) return tree.setIn(path, tree.createNode(value));
  const nested = path.slice(depth).reduceRight<unknown>((inner, word) => ({ [word]: inner }), value);
  tree.setIn(path.slice(0, depth), tree.createNode(nested));
}

function isEmptyGroup(yaml: typeof YamlModule, tree: Tree, path: KeyPath): boolean {
  const group: unknown = tree.getIn(path, true);
  return yaml.isMap(group) && group.items.length === 0;
}

/** A word in the place of another. */
function replaced(yaml: typeof YamlModule, { text, tree, path, value }: Change): string | undefined {
  const node: unknown = tree.getIn(path, true);
  if (!yaml.isScalar(node) || typeof value === 'object' || node.anchor !== undefined) return undefined;
  const [start, end] = node.range ?? [0, 0];
  if (start === end || !/^(?:PLAIN|QUOTE_)/.test(node.type ?? '')) return undefined;
  return text.slice(0, start) + inline(yaml, value) + text.slice(end);
}

/** A line after the last one of the group that it belongs to. */
function added(yaml: typeof YamlModule, { text, tree, path, value }: Change): string | undefined {
  const depth = path.findLastIndex((_word, index) => yaml.isMap(tree.getIn(path.slice(0, index), true)));
  const group: unknown = depth === 0 ? tree.contents : tree.getIn(path.slice(0, Math.max(depth, 0)), true);
  const lead = yaml.isMap(group) ? leadOf(yaml, text, group) : '';
  if (group !== null && lead === undefined) return undefined;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const nested = path
    .slice(Math.max(depth, 0))
    .reduceRight<unknown>((inner, word) => ({ [word]: inner }), value);
  const lines = yaml.stringify(nested, { lineWidth: 0 }).trimEnd().split('\n');
  const addition = lines.map((line) => (lead ?? '') + line).join(eol) + eol;
  const end = yaml.isMap(group) ? lineEndAfter(text, group.range?.[1] ?? text.length) : text.length;
  const before = text.slice(0, end);
  return before + (before === '' || before.endsWith('\n') ? '' : eol) + addition + text.slice(end);
}

/** What stands before the keys of a group that has a line for each. */
function leadOf(yaml: typeof YamlModule, text: string, group: Yaml.YAMLMap): string | undefined {
  const first = group.items[0]?.key;
  const start = yaml.isNode(first) ? first.range?.[0] : undefined;
  if (start === undefined || group.flow === true) return undefined;
  const lead = text.slice(text.lastIndexOf('\n', start - 1) + 1, start);
  return /^\uFEFF?[ ]*$/.test(lead) ? lead.replace('\uFEFF', '') : undefined;
}

/** Other lines in the place of those of a key, where nothing else stands in them. */
function rewritten(yaml: typeof YamlModule, { text, tree, path, value }: Change): string | undefined {
  const lines = linesOf(yaml, { text, tree, path });
  if (lines === undefined || lines.rest !== '') return undefined;
  const eol = text.includes('\r\n') ? '\r\n' : '\n';
  const entry = yaml.stringify({ [path.at(-1) ?? '']: value }, { lineWidth: 0 }).trimEnd();
  const written = entry.split('\n').map((line) => lines.lead + line + eol);
  return text.slice(0, lines.start) + written.join('') + text.slice(lines.end);
}

function removed(yaml: typeof YamlModule, place: Omit<Change, 'value'>): string | undefined {
  const lines = linesOf(yaml, place);
  return lines === undefined ? undefined : place.text.slice(0, lines.start) + place.text.slice(lines.end);
}

interface Lines {
  readonly start: number;
  readonly end: number;
  /** What stands before the key, and what behind the value, such as a comment. */
  readonly lead: string;
  readonly rest: string;
}

/** The lines of one key with its value; undefined where it shares them with another. */
function linesOf(yaml: typeof YamlModule, { text, tree, path }: Omit<Change, 'value'>): Lines | undefined {
  const group: unknown = path.length === 1 ? tree.contents : tree.getIn(path.slice(0, -1), true);
  if (!yaml.isMap(group) || group.flow === true) return undefined;
  const pair = group.items.find(({ key }) => yaml.isScalar(key) && String(key.value) === path.at(-1));
  const keyStart = yaml.isNode(pair?.key) ? pair.key.range?.[0] : undefined;
  const valueEnd = yaml.isNode(pair?.value) ? pair.value.range?.[1] : undefined;
  if (keyStart === undefined || valueEnd === undefined) return undefined;
  const start = text.lastIndexOf('\n', keyStart - 1) + 1;
  const lead = text.slice(start, keyStart);
  const end = lineEndAfter(text, valueEnd);
  return lead.trim() === '' ? { start, end, lead, rest: text.slice(valueEnd, end).trim() } : undefined;
}

function lineEndAfter(text: string, offset: number): number {
  if (offset > 0 && text[offset - 1] === '\n') return offset;
  const next = text.indexOf('\n', offset);
  return next === -1 ? text.length : next + 1;
}

function inline(yaml: typeof YamlModule, value: unknown): string {
  return yaml.stringify(value, { lineWidth: 0 }).trimEnd();
}

/** The value that a text has at a path; undefined where it has none. Throws CONFIG_INVALID. */
export async function valueInYaml(text: string, path: KeyPath): Promise<unknown> {
  const yaml = await import('./yaml.ts');
  return valueAt(parsed(yaml, text).toJS(), path);
}
