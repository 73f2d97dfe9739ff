import { createHash } from 'node:crypto';
import type { LineageEdge, LineageGraph, LineageNode } from './graph.ts';

const PREFIX = 'iris';
const NAMESPACE = 'urn:iris:';
const PRODUCER = 'https://www.npmjs.com/package/iris-prime';
const RUN_EVENT = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent';

/** How each relation is called in PROV, and what its two ends are called there. */
const RELATIONS: Readonly<Record<LineageEdge['rel'], readonly [relation: string, from: string, to: string]>> =
  {
    used: ['used', 'prov:activity', 'prov:entity'],
    generated: ['wasGeneratedBy', 'prov:entity', 'prov:activity'],
    informed: ['wasInformedBy', 'prov:informed', 'prov:informant'],
    derived: ['wasDerivedFrom', 'prov:generatedEntity', 'prov:usedEntity'],
    associated: ['wasAssociatedWith', 'prov:activity', 'prov:agent'],
    attributed: ['wasAttributedTo', 'prov:entity', 'prov:agent'],
  };

/** A lineage as PROV-JSON (W3C member submission of 2013). */
export function toProvJson({ nodes, edges }: LineageGraph): Record<string, unknown> {
  const of = (kind: LineageNode['kind']): Record<string, unknown> =>
    Object.fromEntries(
      nodes.filter((node) => node.kind === kind).map((node) => [provName(node.id), provFacts(node)]),
    );
  const document: Record<string, Record<string, unknown>> = {
    prefix: { [PREFIX]: NAMESPACE },
    activity: of('activity'),
    entity: of('entity'),
    agent: of('agent'),
  };
  for (const [index, { src, dst, rel, role }] of edges.entries()) {
    const [relation, from, to] = RELATIONS[rel];
    const hasRole = role !== '' && rel !== 'informed' && rel !== 'derived';
    (document[relation] ??= {})[`_:r${index}`] = {
      [from]: provName(src),
      [to]: provName(dst),
      ...(hasRole ? { 'prov:role': role } : {}),
    };
  }
  return Object.fromEntries(Object.entries(document).filter(([, part]) => Object.keys(part).length > 0));
}

/** A lineage as OpenLineage run events, one that completes for each run. */
export function toOpenLineage({ nodes, edges }: LineageGraph): Record<string, unknown>[] {
  const byId = new Map(nodes.map((node) => [node.id, node]));
  const dataset = (id: string): object => ({ namespace: 'iris', name: byId.get(id)?.id ?? id });
  return nodes
    .filter(({ kind }) => kind === 'activity')
    .map((run) => ({
      eventType: run.endedAt === null && run.startedAt !== null ? 'RUNNING' : 'COMPLETE',
      eventTime: run.endedAt ?? run.createdAt,
      producer: PRODUCER,
      schemaURL: RUN_EVENT,
      run: { runId: uuidOf(run.id) },
      job: { namespace: 'iris', name: run.name },
      inputs: edges.filter(({ src, rel }) => src === run.id && rel === 'used').map(({ dst }) => dataset(dst)),
      outputs: edges
        .filter(({ dst, rel }) => dst === run.id && rel === 'generated')
        .map(({ src }) => dataset(src)),
    }));
}

/** A qualified name has no spaces and few signs; each that it may not have is written as its number. */
function provName(id: string): string {
  return `${PREFIX}:${id.replaceAll(/[^A-Za-z0-9.-]/g, (sign) => `_${sign.codePointAt(0)?.toString(16) ?? ''}_`)}`;
}

function provFacts({ name, kind, hash, startedAt, endedAt }: LineageNode): Record<string, unknown> {
  return {
    'prov:label': name,
    ...(kind === 'activity' && startedAt !== null ? { 'prov:startTime': startedAt } : {}),
    ...(kind === 'activity' && endedAt !== null ? { 'prov:endTime': endedAt } : {}),
    ...(hash === null ? {} : { [`${PREFIX}:sha256`]: hash }),
  };
}

/** The UUID of an id of ours, or one that a foreign id always leads to. */
function uuidOf(id: string): string {
  const own = /^a:([0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12})$/.exec(id)?.[1];
  if (own !== undefined) return own;
  const hex = createHash('sha256').update(id).digest('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
