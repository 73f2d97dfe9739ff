import type { LineageEdge, LineageGraph, LineageNode } from './graph.ts';

export interface WalkOptions {
  readonly depth: number;
  readonly limit: number;
  readonly direction: 'both' | 'upstream' | 'downstream';
  /** One step: the nodes of the ids, and the edges that leave or reach them. */
  step(
    ids: readonly string[],
  ): Promise<{ readonly nodes: readonly LineageNode[]; readonly edges: readonly LineageEdge[] }>;
}

export interface Walk extends LineageGraph {
  readonly truncated: boolean;
  /** Where a walk that was cut short would have gone on. */
  readonly frontier: readonly string[];
}

/** Walks breadth-first from a node, a query for each level; no node is visited twice, so that a circle ends. */
export async function walk(root: string, options: WalkOptions): Promise<Walk> {
  const { depth, limit, direction } = options;
  const nodes = new Map<string, LineageNode>();
  const edges = new Map<string, LineageEdge>();
  const seen = new Set([root]);
  const frontier = new Set<string>();
  let level: readonly string[] = [root];
  for (let distance = 0; level.length > 0; distance++) {
    const found = await options.step(level);
    for (const node of found.nodes) nodes.set(node.id, node);
    const next = new Set<string>();
    for (const edge of distance < depth ? found.edges : []) {
      edges.set(JSON.stringify([edge.src, edge.dst, edge.rel, edge.role]), edge);
      for (const end of endsOf(edge, direction).filter((id) => !seen.has(id))) next.add(end);
    }
    // What is over the limit is named, and what is under it still fetched.
    const room = Math.max(0, limit - seen.size);
    level = [...next].slice(0, room);
    for (const id of level) seen.add(id);
    for (const id of [...next].slice(room)) frontier.add(id);
  }
  return finish(root, { nodes, edges, frontier: [...frontier].filter((id) => !seen.has(id)) });
}

/** Where an edge leads on to. */
function endsOf({ src, dst }: LineageEdge, direction: WalkOptions['direction']): readonly string[] {
  if (direction === 'both') return [src, dst];
  return direction === 'upstream' ? [dst] : [src];
}

/** Groups of nodes that lead to each other, and nodes that lead to themselves: Tarjan 1972, without recursion. */
export function findCycles({ nodes, edges }: Pick<LineageGraph, 'nodes' | 'edges'>): string[][] {
  const next = new Map(nodes.map(({ id }) => [id, new Array<string>()]));
  for (const { src, dst } of edges) if (next.has(dst)) next.get(src)?.push(dst);
  const search = new ComponentSearch(next);
  for (const { id } of nodes) search.from(id);
  const loops = new Set(edges.filter(({ src, dst }) => src === dst).map(({ src }) => src));
  return search.components
    .filter((component) => component.length > 1 || loops.has(component[0] ?? ''))
    .map((component) => component.toSorted());
}

class ComponentSearch {
  readonly components: string[][] = [];
  readonly #next: ReadonlyMap<string, readonly string[]>;
  readonly #index = new Map<string, number>();
  readonly #low = new Map<string, number>();
  readonly #stack: string[] = [];
  readonly #onStack = new Set<string>();

  constructor(next: ReadonlyMap<string, readonly string[]>) {
    this.#next = next;
  }

  from(start: string): void {
    if (this.#index.has(start)) return;
    const path: { readonly id: string; at: number }[] = [];
    this.#enter(start, path);
    for (let here = path.at(-1); here !== undefined; here = path.at(-1)) {
      const child = this.#next.get(here.id)?.[here.at];
      here.at += 1;
      if (child === undefined) {
        path.pop();
        this.#leave(here.id, path.at(-1)?.id);
      } else if (!this.#index.has(child)) this.#enter(child, path);
      else if (this.#onStack.has(child)) this.#lower(here.id, this.#index.get(child) ?? 0);
    }
  }

  #enter(id: string, path: { readonly id: string; at: number }[]): void {
    this.#low.set(id, this.#index.size);
    this.#index.set(id, this.#index.size);
    this.#stack.push(id);
    this.#onStack.add(id);
    path.push({ id, at: 0 });
  }

  #leave(id: string, parent: string | undefined): void {
    const low = this.#low.get(id) ?? 0;
    if (parent !== undefined) this.#lower(parent, low);
    if (low !== this.#index.get(id)) return;
    const component = this.#stack.splice(this.#stack.lastIndexOf(id));
    for (const member of component) this.#onStack.delete(member);
    this.components.push(component);
  }

  #lower(id: string, to: number): void {
    this.#low.set(id, Math.min(this.#low.get(id) ?? to, to));
  }
}

function finish(
  root: string,
  {
    nodes,
    edges,
    frontier,
  }: {
    readonly nodes: ReadonlyMap<string, LineageNode>;
    readonly edges: ReadonlyMap<string, LineageEdge>;
    readonly frontier: readonly string[];
  },
): Walk {
  const kept = [...edges.values()].filter(({ src, dst }) => nodes.has(src) && nodes.has(dst));
  return { root, nodes: [...nodes.values()], edges: kept, truncated: frontier.length > 0, frontier };
}
