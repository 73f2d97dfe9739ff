import { z } from 'zod';
import { lineageGet, lineageTrack } from '../../contract/tools/lineage.ts';
import { never } from '../../core/never.ts';
import { implement } from '../tool/tool.ts';
import { toDot, toMermaid } from './diagrams.ts';
import { toOpenLineage, toProvJson } from './exchange.ts';
import { lineageStep, type LineageGraph } from './graph.ts';
import { toRunGraph } from './run-graph.ts';
import { findCycles, walk } from './walk.ts';

const receipt = z.looseObject({ id: z.string(), linked: z.array(z.string()), duplicate: z.boolean() });
const found = z.looseObject({ id: z.string() });

/** The tools of the group "lineage". */
export const lineageTools = [
  implement(lineageTrack, async (input, { store, signal, caller }) => {
    const run = { ...caller, ...input };
    const { activity, nodes, edges, known, inputs, outputs } = toRunGraph(run);
    const { agentId, sessionId, traceId } = run;
    const call = { activity, nodes, edges, known, caller: { agentId, sessionId, traceId } };
    const answer = receipt.parse(await store.call('iris_lineage_track', call, { signal }));
    return { ...answer, inputs, outputs };
  }),
  implement(lineageGet, async ({ id, format, at, ...options }, { store, signal }) => {
    const root = found.parse(await store.call('iris_lineage_find', { idOrName: id }, { signal })).id;
    const { direction } = options;
    const graph = await walk(root, {
      ...options,
      step: async (ids) =>
        lineageStep.parse(await store.call('iris_lineage_step', { ids, direction, at }, { signal })),
    });
    const text = render(graph, format);
    return { ...graph, cycles: findCycles(graph), ...(text === undefined ? {} : { text }) };
  }),
];

function render(
  graph: LineageGraph,
  format: z.output<typeof lineageGet.input>['format'],
): string | undefined {
  switch (format) {
    case 'mermaid':
      return toMermaid(graph);
    case 'dot':
      return toDot(graph);
    case 'prov-json':
      return JSON.stringify(toProvJson(graph), undefined, 2);
    case 'openlineage':
      return JSON.stringify(toOpenLineage(graph), undefined, 2);
    case 'json':
      return undefined;
    default:
      return never(format);
  }
}
