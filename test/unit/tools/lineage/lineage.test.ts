import { describe, expect, test } from 'vitest';
import { lineageTrack } from '../../../../src/contract/tools/lineage.ts';
import { toDot, toMermaid } from '../../../../src/tools/lineage/diagrams.ts';
import { toOpenLineage, toProvJson } from '../../../../src/tools/lineage/exchange.ts';
import type { LineageEdge, LineageNode } from '../../../../src/tools/lineage/graph.ts';
import { entityId, toRunGraph } from '../../../../src/tools/lineage/run-graph.ts';
import { findCycles, walk } from '../../../../src/tools/lineage/walk.ts';

const node = (id: string, kind: LineageNode['kind'] = 'activity', name = id): LineageNode => ({
  id,
  kind,
  name,
  hash: kind === 'entity' ? 'ab'.repeat(32) : null,
  data: null,
  startedAt: null,
  endedAt: null,
  createdAt: '2026-01-01T00:00:00.000Z',
  attributes: {},
});
const edge = (src: string, dst: string, rel: LineageEdge['rel'] = 'used'): LineageEdge => ({
  src,
  dst,
  rel,
  role: '',
});

/** A graph that is walked as the database would be. */
const stepIn =
  (edges: readonly LineageEdge[]) =>
  async (ids: readonly string[]): Promise<{ nodes: LineageNode[]; edges: LineageEdge[] }> => ({
    nodes: ids.map((id) => node(id)),
    edges: edges.filter(({ src, dst }) => ids.includes(src) || ids.includes(dst)),
  });

const track = (input: object) => toRunGraph(lineageTrack.input.parse({ name: 'run', ...input }));

describe('toRunGraph()', () => {
  test('gives equal contents one id, whatever the order of their keys', () => {
    expect(entityId({ b: [1, { d: 1, c: 2 }], a: 'x' })).toBe(entityId({ a: 'x', b: [1, { c: 2, d: 1 }] }));
    expect(entityId({ a: 1 })).not.toBe(entityId({ a: '1' }));
  });

  test('takes the whole and its parts, but nothing that is equal by chance', () => {
    const { inputs, edges } = track({
      input: { text: 'a long enough text', flag: true, short: 'abc', none: {} },
    });

    expect(inputs).toEqual([
      entityId({ text: 'a long enough text', flag: true, short: 'abc', none: {} }),
      entityId('a long enough text'),
    ]);
    expect(edges.map(({ rel, role }) => [rel, role])).toEqual([
      ['used', 'input'],
      ['used', 'text'],
    ]);
  });

  test('links to what an output names: a consensus, a prompt, an agent, a run before', () => {
    const { nodes, edges, known } = track({
      output: { consensusId: 'c1', promptName: 'greet', promptVersion: 3, agentId: 'bob', parentId: 'a:0' },
    });

    expect(nodes.map(({ id }) => id)).toEqual(
      expect.arrayContaining(['consensus:c1', 'prompt:greet@3', 'agent:bob']),
    );
    expect(edges).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ dst: 'agent:bob', rel: 'associated' }),
        expect.objectContaining({ dst: 'a:0', rel: 'informed' }),
      ]),
    );
    expect(known).toEqual(['a:0']);
  });

  test('joins nothing by a value that is equal by chance, or by a name that looks like a content', () => {
    const one = track({ inputs: [{ name: 'n', value: 1 }, { name: 'document' }] }).inputs;
    const other = track({ inputs: [{ name: 'n', value: 1 }, { name: 'document' }] }).inputs;

    expect(one[0]).not.toBe(other[0]);
    expect(one[1]).toBe(other[1]);
    expect(one[1]).not.toBe(entityId({ name: 'document' }));
  });

  test('keeps a large content by its hash alone', () => {
    const large = 'x'.repeat(300 * 1024);
    const { nodes } = track({ input: large });

    expect(nodes[0]).toMatchObject({ truncated: true, data: null, id: entityId(large) });
    expect(track({ input: 'a long enough text', store: 'hash' }).nodes[0]).toMatchObject({
      data: null,
      truncated: false,
    });
  });
});

describe('walk()', () => {
  const diamond = [edge('B', 'A'), edge('C', 'A'), edge('D', 'B'), edge('D', 'C')];
  const from = (root: string, more: object = {}) =>
    walk(root, { depth: 20, limit: 1000, direction: 'both', step: stepIn(diamond), ...more });
  const idsOf = (graph: { nodes: readonly LineageNode[] }): string[] =>
    graph.nodes.map(({ id }) => id).toSorted();

  test('goes up, down and as far as it is told', async () => {
    expect(idsOf(await from('D', { direction: 'upstream' }))).toEqual(['A', 'B', 'C', 'D']);
    expect(idsOf(await from('D', { direction: 'upstream', depth: 1 }))).toEqual(['B', 'C', 'D']);
    expect(idsOf(await from('A', { direction: 'upstream' }))).toEqual(['A']);
    expect(idsOf(await from('A', { direction: 'downstream' }))).toEqual(['A', 'B', 'C', 'D']);
  });

  test('says where it would have gone on', async () => {
    const cut = await from('D', { limit: 2 });

    expect(cut).toMatchObject({ truncated: true, frontier: ['C', 'A'] });
    expect(idsOf(cut)).toEqual(['B', 'D']);
    expect(await from('D', { depth: 1, direction: 'upstream' })).toMatchObject({ truncated: false });
  });

  test('ends in a circle, and names it', async () => {
    const circle = [edge('A', 'B'), edge('B', 'A'), edge('C', 'C'), edge('A', 'C')];
    const graph = await walk('A', { depth: 100, limit: 1000, direction: 'both', step: stepIn(circle) });

    expect(idsOf(graph)).toEqual(['A', 'B', 'C']);
    expect(findCycles(graph)).toEqual(expect.arrayContaining([['A', 'B'], ['C']]));
    expect(findCycles({ nodes: ['A', 'B', 'C', 'D'].map((id) => node(id)), edges: diamond })).toEqual([]);
  });

  test('finds a circle of many without running out of stack', () => {
    const ids = Array.from({ length: 20_000 }, (_, index) => `n${index}`);
    const edges = ids.map((id, index) => edge(id, ids[(index + 1) % ids.length] ?? ''));

    expect(findCycles({ nodes: ids.map((id) => node(id)), edges })[0]).toHaveLength(20_000);
  });
});

describe('a lineage is drawn', () => {
  const graph = {
    root: 'run',
    nodes: [
      node('run', 'activity', 'say "hi" <b>\n'),
      node('e:1', 'entity', 'text'),
      node('agent:bob', 'agent', 'bob'),
    ],
    edges: [edge('run', 'e:1'), edge('run', 'agent:bob', 'associated')],
  };

  test('for Markdown, with no name that ends its label', () => {
    expect(toMermaid(graph)).toBe(`flowchart LR
  n0["say &quot;hi&quot; &lt;b&gt; "]
  n1(["text abababab"])
  n2{{"bob"}}
  n1 -->|used| n0
  n2 -->|associated| n0
  style n0 stroke-width:3px
`);
  });

  test('for Graphviz', () => {
    expect(toDot(graph)).toContain('"run" [label="say \\"hi\\" <b> ", shape=box];');
    expect(toDot(graph)).toContain('"e:1" -> "run" [label="used"];');
  });

  test('as PROV-JSON', () => {
    expect(toProvJson(graph)).toEqual({
      prefix: { iris: 'urn:iris:' },
      activity: { 'iris:run': { 'prov:label': 'say "hi" <b>\n' } },
      entity: { 'iris:e_3a_1': { 'prov:label': 'text', 'iris:sha256': 'ab'.repeat(32) } },
      agent: { 'iris:agent_3a_bob': { 'prov:label': 'bob' } },
      used: { '_:r0': { 'prov:activity': 'iris:run', 'prov:entity': 'iris:e_3a_1' } },
      wasAssociatedWith: { '_:r1': { 'prov:activity': 'iris:run', 'prov:agent': 'iris:agent_3a_bob' } },
    });
  });

  test('as OpenLineage, each run under an id of its own', () => {
    const two = ['team-one/nightly-report-2026', 'team-two/nightly-report-2026'].map((id) => node(id));

    expect(
      new Set(toOpenLineage({ root: '', nodes: two, edges: [] }).map(({ run }) => JSON.stringify(run))).size,
    ).toBe(2);
  });

  test('as OpenLineage, with all that a run event needs', () => {
    expect(toOpenLineage(graph)).toEqual([
      expect.objectContaining({
        eventType: 'COMPLETE',
        eventTime: '2026-01-01T00:00:00.000Z',
        run: { runId: expect.stringMatching(/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/) },
        job: { namespace: 'iris', name: 'say "hi" <b>\n' },
        inputs: [{ namespace: 'iris', name: 'e:1' }],
        outputs: [],
      }),
    ]);
  });
});
