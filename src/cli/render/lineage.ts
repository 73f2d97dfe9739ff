import type { z } from 'zod';
import type { lineageGet } from '../../contract/tools/lineage.ts';
import { cutText, widthOf } from './cut-text.ts';
import { oneLine } from './plain-text.ts';
import type { Screen } from './screen.ts';

export type Lineage = Pick<z.output<typeof lineageGet.output>, 'root' | 'nodes' | 'edges'>;
type Node = Lineage['nodes'][number];
type Edge = Lineage['edges'][number];
type Direction = 'upstream' | 'downstream';

interface Walk {
  readonly nodes: ReadonlyMap<string, Node>;
  readonly edges: readonly Edge[];
  readonly direction: Direction;
  /** What stands in this tree already; it is named again, and not unfolded. */
  readonly shown: Set<string>;
  readonly screen: Screen;
}

const CONTENT_COLUMNS = 48;
const TITLES = { upstream: 'came from', downstream: 'led to' } as const;
/** What an edge says, read along the walk: every edge points to where its source came from. */
const WORDS: Readonly<Record<Direction, Readonly<Record<string, string>>>> = {
  upstream: {
    used: 'used',
    generated: 'made by',
    informed: 'after',
    derived: 'derived from',
    associated: 'run by',
    attributed: 'made by',
  },
  downstream: {
    used: 'used by',
    generated: 'made',
    informed: 'before',
    derived: 'source of',
    associated: 'ran',
    attributed: 'made',
  },
};

/** Two trees from one node: what it came from, and what came of it. */
export function renderLineage({ root, nodes, edges }: Lineage, screen: Screen): string {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const trees = (['upstream', 'downstream'] as const).flatMap((direction) => {
    const walk = { nodes: byId, edges, direction, shown: new Set([root]), screen };
    const branches = branchesOf(root, '', walk);
    return branches.length === 0 ? [] : [screen.paint.bold(TITLES[direction]), ...branches];
  });
  const rest = trees.length === 0 ? ['nothing is known of what it came from or led to'] : trees;
  return `${[toLine('', describe(byId.get(root)), { id: root, screen }), ...rest].join('\n')}\n`;
}

function branchesOf(id: string, indent: string, walk: Walk): string[] {
  const upstream = walk.direction === 'upstream';
  const found = walk.edges.filter((edge) => (upstream ? edge.src : edge.dst) === id);
  return found.flatMap((edge, at) => {
    const isLast = at === found.length - 1;
    const next = upstream ? edge.dst : edge.src;
    const isKnown = walk.shown.has(next);
    walk.shown.add(next);
    const relation = WORDS[walk.direction][edge.rel] ?? edge.rel;
    const text = `${relation} ${describe(walk.nodes.get(next))}${isKnown ? ' (see above)' : ''}`;
    const line = toLine(`${indent}${isLast ? '└─ ' : '├─ '}`, text, { id: next, screen: walk.screen });
    return [line, ...(isKnown ? [] : branchesOf(next, `${indent}${isLast ? '   ' : '│  '}`, walk))];
  });
}

function toLine(
  branch: string,
  text: string,
  { id, screen }: { readonly id: string; readonly screen: Screen },
): string {
  const shown = oneLine(text);
  const name = oneLine(id);
  const room = (screen.width ?? Infinity) - widthOf(branch) - widthOf(shown) - 2;
  if (room >= widthOf(name)) return `${branch}${shown}  ${screen.paint.dim(name)}`;
  return cutText(`${branch}${shown}  ${name}`, screen.width ?? Infinity);
}

function describe(node: Node | undefined): string {
  if (node === undefined) return 'something that is not shown';
  const content = node['data'];
  if (content === undefined || content === null) return node.name;
  const text = typeof content === 'string' ? content : (JSON.stringify(content) ?? '');
  return `${node.name} ${cutText(oneLine(text), CONTENT_COLUMNS)}`;
}
