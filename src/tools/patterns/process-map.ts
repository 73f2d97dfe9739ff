import type { Session } from './session.ts';

/** Which event follows which. */
export interface ProcessMap {
  readonly sessions: number;
  readonly nodes: readonly {
    readonly event: string;
    readonly count: number;
    readonly starts: number;
    readonly ends: number;
  }[];
  readonly edges: readonly {
    readonly from: string;
    readonly to: string;
    readonly count: number;
    readonly medianGapMs: number;
  }[];
  readonly variants: readonly { readonly events: readonly string[]; readonly count: number }[];
}

/** Counts what follows directly what, in all sessions. */
export function mapProcess(
  sessions: readonly Session[],
  { minCount, maxVariants }: { readonly minCount: number; readonly maxVariants: number },
): ProcessMap {
  const nodes = new Map<string, { count: number; starts: number; ends: number }>();
  const gaps = new Map<string, number[]>();
  const variants = new Map<string, number>();
  for (const { events } of sessions) {
    for (const [index, { e, t }] of events.entries()) {
      const node = nodes.get(e) ?? { count: 0, starts: 0, ends: 0 };
      node.count += 1;
      if (index === 0) node.starts += 1;
      if (index === events.length - 1) node.ends += 1;
      nodes.set(e, node);
      const before = events[index - 1];
      if (before !== undefined)
        add(gaps, JSON.stringify([before.e, e]), Date.parse(t) - Date.parse(before.t));
    }
    const variant = JSON.stringify(events.map(({ e }) => e));
    variants.set(variant, (variants.get(variant) ?? 0) + 1);
  }
  return {
    sessions: sessions.length,
    nodes: [...nodes]
      .map(([event, facts]) => ({ event, ...facts }))
      .toSorted((one, other) => other.count - one.count || compare(one.event, other.event)),
    edges: [...gaps]
      .filter(([, list]) => list.length >= minCount)
      .map(([pair, list]) => ({ ...ends(pair), count: list.length, medianGapMs: median(list) }))
      .toSorted((one, other) => other.count - one.count || compare(one.from + one.to, other.from + other.to)),
    variants: [...variants]
      .toSorted(([one, first], [other, second]) => second - first || compare(one, other))
      .slice(0, maxVariants)
      .map(([variant, count]) => ({ events: textsIn(variant), count })),
  };
}

/** A process as a diagram for Markdown. */
export function toMermaid({ nodes, edges }: ProcessMap): string {
  const ids = new Map(nodes.map(({ event }, index) => [event, `n${index}`]));
  const label = (text: string): string =>
    `"${text.replaceAll('&', '&amp;').replaceAll('"', '&quot;').replaceAll('<', '&lt;')}"`;
  return [
    'flowchart LR',
    ...nodes.map(({ event, count }) => `  ${ids.get(event)}[${label(`${event} (${count})`)}]`),
    ...edges.map(({ from, to, count }) => `  ${ids.get(from)} -->|${count}| ${ids.get(to)}`),
    '',
  ].join('\n');
}

/** A process for Graphviz. */
export function toDot({ nodes, edges }: ProcessMap): string {
  const quote = (text: string): string => `"${text.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`;
  return [
    'digraph process {',
    '  rankdir=LR;',
    ...nodes.map(({ event, count }) => `  ${quote(event)} [label=${quote(`${event} (${count})`)}];`),
    ...edges.map(({ from, to, count }) => `  ${quote(from)} -> ${quote(to)} [label="${count}"];`),
    '}',
    '',
  ].join('\n');
}

function add(map: Map<string, number[]>, key: string, value: number): void {
  const list = map.get(key);
  if (list === undefined) map.set(key, [value]);
  else list.push(value);
}

function ends(pair: string): { readonly from: string; readonly to: string } {
  const [from = '', to = ''] = textsIn(pair);
  return { from, to };
}

function textsIn(json: string): string[] {
  const parsed: unknown = JSON.parse(json);
  return Array.isArray(parsed) ? parsed.map(String) : [];
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1
    ? (sorted[middle] ?? 0)
    : ((sorted[middle - 1] ?? 0) + (sorted[middle] ?? 0)) / 2;
}

function compare(one: string, other: string): number {
  if (one === other) return 0;
  return one < other ? -1 : 1;
}
