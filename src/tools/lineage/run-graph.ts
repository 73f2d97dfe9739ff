import { createHash, randomUUID } from 'node:crypto';
import type { z } from 'zod';
import type { lineageTrack } from '../../contract/tools/lineage.ts';
import { canonicalJson } from '../../core/canonical-json.ts';

export type TrackedRun = z.output<typeof lineageTrack.input>;

const MAX_VALUE_BYTES = 256 * 1024;
/** Shorter texts are equal by chance, and would join runs that have nothing to do with each other. */
const MIN_TEXT_LENGTH = 8;

interface NewNode {
  readonly id: string;
  readonly kind: 'activity' | 'entity' | 'agent';
  readonly name: string;
  readonly hash?: string | undefined;
  readonly data?: unknown;
  readonly truncated?: boolean | undefined;
  readonly [more: string]: unknown;
}

interface NewEdge {
  readonly src: string;
  readonly dst: string;
  readonly rel: string;
  readonly role?: string | undefined;
}

/** One run as nodes and edges. */
export interface RunGraph {
  readonly activity: NewNode;
  readonly nodes: readonly NewNode[];
  readonly edges: readonly NewEdge[];
  /** Nodes that have to be there already. */
  readonly known: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

/** Things of other groups that an output may name, and the nodes that stand for them. */
const REFERENCES: Readonly<
  Record<string, (value: string, all: Readonly<Record<string, unknown>>) => NewNode>
> = {
  consensusId: (id) => ({ id: `consensus:${id}`, kind: 'entity', name: id }),
  evaluationId: (id) => ({ id: `evaluation:${id}`, kind: 'entity', name: id }),
  sessionId: (id) => ({ id: `session:${id}`, kind: 'entity', name: id }),
  promptName: (name, { promptVersion }) => {
    const version = typeof promptVersion === 'number' ? `@${promptVersion}` : '';
    return { id: `prompt:${name}${version}`, kind: 'entity', name: `${name}${version}` };
  },
  agentId: (id) => agentNode(id),
};

/** Takes a run apart: contents become nodes by their hash, so that runs meet where content is equal. */
export function toRunGraph(run: TrackedRun): RunGraph {
  const id = run.id ?? `a:${randomUUID()}`;
  const used = contentsOf(run.input, run, 'input');
  const made = contentsOf(run.output, run, 'output');
  const [usedToo, madeToo] = [run.inputs, run.outputs].map((list) =>
    list.map((one) => referenceOf(one, run)),
  );
  const named = namedBy(run.output);
  const agents = [...(run.agentId === undefined ? [] : [agentNode(run.agentId)]), ...named].filter(isAgent);
  const others = named.filter((node) => !isAgent(node));
  const inputs = [...used, ...(usedToo ?? []), ...others.map((node) => ({ node, role: 'reference' }))];
  const outputs = [...made, ...(madeToo ?? [])];
  const parents = [...new Set([run.parentId, parentIn(run.output), ...(run.parents ?? [])])].filter(isText);
  const edges: NewEdge[] = [
    ...inputs.map(({ node, role }) => ({ src: id, dst: node.id, rel: 'used', role })),
    ...outputs.map(({ node, role }) => ({ src: node.id, dst: id, rel: 'generated', role })),
    ...parents.map((parent) => ({ src: id, dst: parent, rel: 'informed' })),
    ...agents.map((agent) => ({ src: id, dst: agent.id, rel: 'associated' })),
  ];
  const nodes = [...inputs, ...outputs].map(({ node }) => node).filter(({ name }) => name !== '');
  return {
    activity: { id, kind: 'activity', name: run.name, hash: hashOf(signatureOf(run)), ...factsOf(run) },
    nodes: [...new Map([...nodes, ...agents].map((node) => [node.id, node])).values()],
    edges,
    known: [...parents, ...[...run.inputs, ...run.outputs].filter(isText)],
    inputs: [...new Set(inputs.map(({ node }) => node.id))],
    outputs: [...new Set(outputs.map(({ node }) => node.id))],
  };
}

/** The id of a content, wherever it occurs. */
export function entityId(value: unknown): string {
  return `e:${hashOf(value)}`;
}

interface Content {
  readonly node: NewNode;
  readonly role: string;
}

/** The whole, and each of its parts under its own name. */
function contentsOf(value: unknown, run: TrackedRun, role: string): Content[] {
  if (value === undefined) return [];
  const parts = isRecord(value) ? Object.entries(value) : [];
  return [[role, value] as const, ...parts].flatMap(([name, content]) =>
    isTrivial(content) ? [] : [{ node: entityOf(name, content, run), role: name }],
  );
}

function entityOf(name: string, value: unknown, { store }: TrackedRun): NewNode {
  const text = canonicalJson(value);
  const isLarge = Buffer.byteLength(text) > MAX_VALUE_BYTES;
  const hash = createHash('sha256').update(text).digest('hex');
  return {
    id: `e:${hash}`,
    kind: 'entity',
    name: name.slice(0, 200),
    hash,
    data: store === 'full' && !isLarge ? value : null,
    truncated: isLarge,
  };
}

function referenceOf(reference: TrackedRun['inputs'][number], run: TrackedRun): Content {
  if (typeof reference === 'string')
    return { node: { id: reference, kind: 'entity', name: '' }, role: 'reference' };
  const { name, value, hash, role = name } = reference;
  if (hash !== undefined) return { node: { id: `e:${hash}`, kind: 'entity', name, hash }, role };
  if (value !== undefined && !isTrivial(value)) return { node: entityOf(name, value, run), role };
  // Equal by chance, or known by its name alone: what it says stays with this run.
  const id = value === undefined ? `n:${name}` : `v:${randomUUID()}`;
  return { node: { id, kind: 'entity', name, data: value ?? null }, role };
}

function namedBy(output: unknown): NewNode[] {
  if (!isRecord(output)) return [];
  return Object.entries(REFERENCES).flatMap(([key, toNode]) => {
    const value = output[key];
    return isText(value) ? [toNode(value, output)] : [];
  });
}

function parentIn(output: unknown): string | undefined {
  const parent = isRecord(output) ? output['parentId'] : undefined;
  return isText(parent) ? parent : undefined;
}

function factsOf({ startedAt, endedAt, sessionId, attributes }: TrackedRun): Record<string, unknown> {
  return { startedAt, endedAt, sessionId, attributes: attributes ?? {} };
}

/** What makes two calls with one id the same call. */
function signatureOf({ name, input, output, inputs, outputs, parentId, parents }: TrackedRun): unknown {
  return JSON.parse(JSON.stringify({ name, input, output, inputs, outputs, parentId, parents }));
}

function hashOf(value: unknown): string {
  return createHash('sha256').update(canonicalJson(value)).digest('hex');
}

function agentNode(id: string): NewNode {
  return { id: `agent:${id}`, kind: 'agent', name: id };
}

function isAgent({ kind }: NewNode): boolean {
  return kind === 'agent';
}

/** Equal without meaning the same. */
function isTrivial(value: unknown): boolean {
  if (typeof value === 'string') return value.length < MIN_TEXT_LENGTH;
  if (typeof value !== 'object' || value === null) return true;
  return Object.keys(value).length === 0;
}

function isText(value: unknown): value is string {
  return typeof value === 'string' && value !== '';
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
