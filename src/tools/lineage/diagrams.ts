import type { LineageGraph, LineageNode } from './graph.ts';

const MERMAID_SHAPES = { activity: ['[', ']'], entity: ['([', '])'], agent: ['{{', '}}'] } as const;
const DOT_SHAPES = { activity: 'box', entity: 'ellipse', agent: 'house' } as const;

/** A lineage as a diagram for Markdown; arrows lead from what was there first to what came of it. */
export function toMermaid({ root, nodes, edges }: LineageGraph): string {
  const ids = new Map(nodes.map(({ id }, index) => [id, `n${index}`]));
  return [
    'flowchart LR',
    ...nodes.map((node) => {
      const [open, close] = MERMAID_SHAPES[node.kind];
      return `  ${ids.get(node.id)}${open}"${escapeMermaid(labelOf(node))}"${close}`;
    }),
    ...edges.map(({ src, dst, rel }) => `  ${ids.get(dst)} -->|${rel}| ${ids.get(src)}`),
    `  style ${ids.get(root) ?? 'n0'} stroke-width:3px`,
    '',
  ].join('\n');
}

/** A lineage for Graphviz. */
export function toDot({ nodes, edges }: LineageGraph): string {
  return [
    'digraph lineage {',
    '  rankdir=LR;',
    ...nodes.map(
      (node) => `  ${quote(node.id)} [label=${quote(labelOf(node))}, shape=${DOT_SHAPES[node.kind]}];`,
    ),
    ...edges.map(({ src, dst, rel }) => `  ${quote(dst)} -> ${quote(src)} [label=${quote(rel)}];`),
    '}',
    '',
  ].join('\n');
}

function labelOf({ name, kind, hash }: LineageNode): string {
  return kind === 'entity' && hash !== null ? `${name} ${hash.slice(0, 8)}` : name;
}

/** Quotes and what opens a tag would end a label. */
function escapeMermaid(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('"', '&quot;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll(/[\r\n]+/g, ' ');
}

function quote(text: string): string {
  return `"${text
    .replaceAll('\\', '\\\\')
    .replaceAll('"', '\\"')
    .replaceAll(/[\r\n]+/g, ' ')}"`;
}
