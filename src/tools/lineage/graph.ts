import { z } from 'zod';

/** A run, a content or an agent. */
export const lineageNode = z.looseObject({
  id: z.string(),
  kind: z.enum(['activity', 'entity', 'agent']),
  name: z.string(),
  hash: z.string().nullable(),
  data: z.unknown(),
  startedAt: z.string().nullable(),
  endedAt: z.string().nullable(),
  createdAt: z.string(),
  attributes: z.record(z.string(), z.unknown()),
});

export type LineageNode = z.output<typeof lineageNode>;

/** `src` depends on `dst`, which came before it. */
export const lineageEdge = z.looseObject({
  src: z.string(),
  dst: z.string(),
  rel: z.enum(['used', 'generated', 'informed', 'derived', 'associated', 'attributed']),
  role: z.string(),
});

export type LineageEdge = z.output<typeof lineageEdge>;

export const lineageStep = z.looseObject({ nodes: z.array(lineageNode), edges: z.array(lineageEdge) });

export interface LineageGraph {
  readonly root: string;
  readonly nodes: readonly LineageNode[];
  readonly edges: readonly LineageEdge[];
}
