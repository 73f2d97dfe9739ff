/**
 * A strict reader of OpenMetrics 1.0 text, for tests: throws for what a conforming parser refuses. It knows the types
 * that iris writes (counter, gauge, summary) and unknown.
 */
export function checkOpenMetrics(text: string): readonly CheckedSample[] {
  if (!text.endsWith('# EOF\n')) throw new Error('does not end in # EOF');
  const lines = text.split('\n').slice(0, -2);
  const state: State = { family: undefined, names: new Set(), samples: [], seen: new Set() };
  for (const line of lines) {
    if (line.startsWith('# ')) readMetadata(line, state);
    else readSample(line, state);
  }
  return state.samples;
}

export interface CheckedSample {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

interface Family {
  readonly name: string;
  type: string | undefined;
  unit: string | undefined;
  help: string | undefined;
  hasSamples: boolean;
}

interface State {
  family: Family | undefined;
  readonly names: Set<string>;
  readonly samples: CheckedSample[];
  readonly seen: Set<string>;
}

const NAME = /^[a-zA-Z_:][a-zA-Z0-9_:]*$/;
const SUFFIXES: Readonly<Record<string, readonly string[]>> = {
  counter: ['_total', '_created'],
  gauge: [''],
  summary: ['', '_sum', '_count', '_created'],
  unknown: [''],
};
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d+)?$|^[+-]?(?:inf|infinity)$|^nan$/i;

function readMetadata(line: string, state: State): void {
  const match = /^# (TYPE|UNIT|HELP) (\S+) ?(.*)$/.exec(line);
  if (match === null) throw new Error(`bad metadata: ${line}`);
  const [, kind = '', name = '', value = ''] = match;
  if (!NAME.test(name)) throw new Error(`bad name: ${line}`);
  const family = enter(name, state);
  if (family.hasSamples) throw new Error(`metadata after samples: ${line}`);
  const key = kind === 'TYPE' ? 'type' : kind === 'UNIT' ? 'unit' : 'help';
  if (family[key] !== undefined) throw new Error(`twice: ${line}`);
  if (kind === 'TYPE' && SUFFIXES[value] === undefined) throw new Error(`unknown type: ${line}`);
  if (kind === 'UNIT' && value !== '' && !name.endsWith(`_${value}`))
    throw new Error(`name without its unit: ${line}`);
  if (kind === 'HELP') unescape(value);
  family[key] = value;
}

function enter(name: string, state: State): Family {
  if (state.family?.name === name) return state.family;
  for (const suffix of ['', '_total', '_created', '_sum', '_count', '_bucket', '_info']) {
    if (state.names.has(`${name}${suffix}`)) throw new Error(`clash or interleaving: ${name}${suffix}`);
  }
  state.family = { name, type: undefined, unit: undefined, help: undefined, hasSamples: false };
  return state.family;
}

function readSample(line: string, state: State): void {
  const head = /^([a-zA-Z_:][a-zA-Z0-9_:]*)/.exec(line)?.[1];
  if (head === undefined) throw new Error(`bad sample: ${line}`);
  const { labels, rest } = readLabels(line.slice(head.length));
  const value = /^ (\S+)(?: [+-]?\d+(?:\.\d+)?)?$/.exec(rest)?.[1];
  if (value === undefined || !NUMBER.test(value)) throw new Error(`bad value: ${line}`);
  const family = familyOf(head, state);
  const suffix = head.slice(family.name.length);
  const number = toNumber(value);
  checkValue({ family, suffix, labels, number });
  const sorted = Object.entries(labels).toSorted(([one], [other]) => (one < other ? -1 : 1));
  const key = JSON.stringify([head, sorted]);
  if (state.seen.has(key)) throw new Error(`twice: ${line}`);
  state.seen.add(key);
  state.names.add(head).add(family.name);
  family.hasSamples = true;
  state.samples.push({ name: head, labels, value: number });
}

function familyOf(head: string, state: State): Family {
  const current = state.family;
  const suffixes = SUFFIXES[current?.type ?? 'unknown'] ?? [];
  if (current !== undefined && suffixes.some((suffix) => `${current.name}${suffix}` === head)) return current;
  if (current?.name === head) throw new Error(`${head} lacks the suffix of its type`);
  return enter(head, state);
}

interface Value {
  readonly family: Family;
  readonly suffix: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly number: number;
}

function checkValue({ family, suffix, labels, number }: Value): void {
  if (['_total', '_sum', '_count'].includes(suffix) && !(number >= 0))
    throw new Error(`${family.name}${suffix} is negative`);
  if (suffix === '_count' && !Number.isInteger(number)) throw new Error('a count is whole');
  if (family.type !== 'summary') return;
  const { quantile } = labels;
  if ((suffix === '') !== (quantile !== undefined))
    throw new Error('a quantile belongs to the sample of a summary');
  if (quantile === undefined) return;
  if (!NUMBER.test(quantile) || !(Number(quantile) >= 0 && Number(quantile) <= 1))
    throw new Error('a quantile is from 0 to 1');
  if (number < 0) throw new Error('a summary is not negative');
}

function readLabels(text: string): {
  readonly labels: Readonly<Record<string, string>>;
  readonly rest: string;
} {
  if (!text.startsWith('{')) return { labels: {}, rest: text };
  const labels: Record<string, string> = {};
  let rest = text.slice(1);
  while (!rest.startsWith('}')) {
    const match = /^([a-zA-Z_][a-zA-Z0-9_]*)="((?:[^"\\\n]|\\[\\"n])*)"(,(?!\})|(?=\}))/.exec(rest);
    if (match === null) throw new Error(`bad labels: ${text}`);
    const [all, name = '', value = ''] = match;
    if (name in labels) throw new Error(`label twice: ${name}`);
    labels[name] = unescape(value);
    rest = rest.slice(all.length);
  }
  return { labels, rest: rest.slice(1) };
}

function unescape(text: string): string {
  if (/\\(?![\\"n])/.test(text.replaceAll('\\\\', ''))) throw new Error(`bad escape: ${text}`);
  return text.replace(/\\([\\"n])/g, (_, letter: string) => (letter === 'n' ? '\n' : letter));
}

function toNumber(text: string): number {
  if (/nan/i.test(text)) return Number.NaN;
  return /inf/i.test(text) ? (text.startsWith('-') ? -Infinity : Infinity) : Number(text);
}
