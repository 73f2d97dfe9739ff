import type { Session, SessionEvent } from './session.ts';

/** One case, with what it has and in which steps it came. */
export interface Transaction {
  readonly id: string;
  readonly firstAt: string | null;
  readonly lastAt: string | null;
  readonly items: readonly string[];
  readonly steps: readonly (readonly string[])[];
}

/** How cases became items. */
export interface ItemReport {
  readonly transactions: readonly Transaction[];
  /** Attributes with too many values to be items. */
  readonly droppedAttributes: readonly string[];
  /** The bounds between the quarters of a number. */
  readonly bins: Readonly<Record<string, readonly number[]>>;
  readonly hasOutcomes: boolean;
}

const MAX_VALUES = 20;
const MAX_ITEMS = 200;
const MAX_VALUE_CHARS = 120;
const FAILURES = new Set(['failure', 'timeout']);
/** Attributes that become items under a name of their own. */
const NAMED: Readonly<Record<string, string>> = {
  'gen_ai.tool.name': 'tool',
  'gen_ai.request.model': 'model',
  'error.type': 'error',
  verdict: 'verdict',
};
const PROMPT = ['prompt.name', 'prompt.version'] as const;
const DURATION = 'latency';

/** Makes items of what happened. `exclude` names items, or all of a key as `key=*`. */
export function toTransactions(sessions: readonly Session[], exclude: readonly string[]): ItemReport {
  const values = valuesOf(sessions);
  const bins = binsOf(values);
  const dropped = [...values.texts].filter(([, texts]) => texts.size > MAX_VALUES).map(([name]) => name);
  const isExcluded = excluder(exclude);
  const itemsOf = (event: SessionEvent): string[] =>
    [...eventItems(event), ...attributeItems(event, bins, new Set(dropped))].filter(
      (item) => !isExcluded(item),
    );
  const transactions = sessions.map((session): Transaction => {
    const outcome = outcomeOf(session.events);
    const all = session.events.flatMap(itemsOf);
    if (outcome !== undefined && !isExcluded(outcome)) all.push(outcome);
    return {
      id: session.id,
      firstAt: session.firstAt,
      lastAt: session.lastAt,
      items: [...new Set(all)].slice(0, MAX_ITEMS),
      steps: stepsOf(session.events, isExcluded),
    };
  });
  return {
    transactions,
    droppedAttributes: dropped.map((name) => `attr.${name}`).toSorted(),
    bins,
    hasOutcomes: transactions.some(({ items }) => items.some((item) => item.startsWith('outcome='))),
  };
}

/** Cases that a caller gives. */
export function givenTransactions(
  transactions: readonly (readonly string[])[],
  exclude: readonly string[],
): readonly Transaction[] {
  const isExcluded = excluder(exclude);
  return transactions.map((items, index) => {
    const kept = items.filter((item) => !isExcluded(item));
    return {
      id: `#${index + 1}`,
      firstAt: null,
      lastAt: null,
      items: [...new Set(kept)],
      steps: kept.map((item) => [item]),
    };
  });
}

function eventItems(event: SessionEvent): string[] {
  const items = [`event=${event.e}`];
  if (FAILURES.has(event.o ?? '')) items.push(`event=${event.e}!failure`);
  if (event.a !== null) items.push(`agent=${event.a}`);
  for (const [attribute, name] of Object.entries(NAMED)) {
    const value = event.x[attribute];
    if (typeof value === 'string') items.push(`${name}=${value.slice(0, MAX_VALUE_CHARS)}`);
  }
  const [prompt, version] = PROMPT.map((name) => event.x[name]);
  if (typeof prompt === 'string')
    items.push(`prompt=${prompt}${isScalar(version) ? `@${String(version)}` : ''}`);
  return items;
}

function attributeItems(
  { d, x }: SessionEvent,
  bins: ItemReport['bins'],
  dropped: ReadonlySet<string>,
): string[] {
  const items: string[] = [];
  const latency = bins[DURATION];
  if (d !== null && latency !== undefined) items.push(`${DURATION}=${quarterOf(d, latency)}`);
  for (const [name, value] of Object.entries(x)) {
    if (!isFree(name) || !isScalar(value)) continue;
    const bounds = bins[`attr.${name}`];
    if (typeof value === 'number' && bounds !== undefined)
      items.push(`attr.${name}=${quarterOf(value, bounds)}`);
    else if (!dropped.has(name)) items.push(`attr.${name}=${String(value).slice(0, MAX_VALUE_CHARS)}`);
  }
  return items;
}

/** What was said of the session itself; else how its last event with an outcome ended. */
function outcomeOf(events: readonly SessionEvent[]): string | undefined {
  const said = events.findLast(({ e, o }) => e === 'session.outcome' && o !== null);
  if (said !== undefined) return `outcome=${FAILURES.has(said.o ?? '') ? 'failure' : said.o}`;
  const last = events.findLast(({ o }) => o !== null && o !== 'unknown' && o !== 'cancelled');
  if (last === undefined) return undefined;
  if (FAILURES.has(last.o ?? '')) return 'outcome=failure';
  return events.some(({ o }) => o === 'success') ? 'outcome=success' : undefined;
}

/** Events one after the other; those of one moment are one step. */
function stepsOf(events: readonly SessionEvent[], isExcluded: (item: string) => boolean): string[][] {
  const steps: string[][] = [];
  let at: string | undefined;
  for (const event of events.slice(0, MAX_ITEMS)) {
    const item = `event=${event.e}${FAILURES.has(event.o ?? '') ? '!failure' : ''}`;
    if (isExcluded(item)) continue;
    const step = event.t === at ? steps.at(-1) : undefined;
    if (step === undefined) steps.push([item]);
    else if (!step.includes(item)) step.push(item);
    at = event.t;
  }
  return steps;
}

interface Values {
  readonly texts: ReadonlyMap<string, ReadonlySet<string>>;
  readonly numbers: ReadonlyMap<string, readonly number[]>;
}

function valuesOf(sessions: readonly Session[]): Values {
  const texts = new Map<string, Set<string>>();
  const numbers = new Map<string, number[]>();
  const addNumber = (name: string, value: number): void => {
    const list = numbers.get(name);
    if (list === undefined) numbers.set(name, [value]);
    else list.push(value);
  };
  for (const { d, x } of sessions.flatMap(({ events }) => events)) {
    if (d !== null) addNumber(DURATION, d);
    for (const [name, value] of Object.entries(x)) {
      if (!isFree(name) || !isScalar(value)) continue;
      if (typeof value === 'number') addNumber(`attr.${name}`, value);
      const known = texts.get(name) ?? new Set();
      // One more than is allowed says enough.
      if (known.size <= MAX_VALUES) texts.set(name, known.add(String(value)));
    }
  }
  return { texts, numbers };
}

/** Numbers with more values than items may have are told by quarters. */
function binsOf({ texts, numbers }: Values): Record<string, number[]> {
  const bins: Record<string, number[]> = {};
  for (const [name, values] of numbers) {
    const hasFew = name !== DURATION && (texts.get(name.replace(/^attr\./, ''))?.size ?? 0) <= MAX_VALUES;
    if (hasFew || values.length < 4) continue;
    const sorted = values.toSorted((one, other) => one - other);
    bins[name] = [0.25, 0.5, 0.75].map((share) => sorted[Math.floor(share * (sorted.length - 1))] ?? 0);
  }
  return bins;
}

function quarterOf(value: number, bounds: readonly number[]): string {
  return `q${bounds.filter((bound) => value > bound).length + 1}`;
}

function isFree(name: string): boolean {
  return !(name in NAMED) && !PROMPT.some((one) => one === name);
}

function isScalar(value: unknown): value is string | number | boolean {
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';
}

function excluder(exclude: readonly string[]): (item: string) => boolean {
  const exact = new Set(exclude);
  const keys = exclude.filter((one) => one.endsWith('=*')).map((one) => one.slice(0, -1));
  return (item) => exact.has(item) || keys.some((key) => item.startsWith(key));
}
