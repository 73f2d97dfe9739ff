import { z } from 'zod';
import { defineTool } from './contract.ts';
import { attributesField, callerFields, momentField, nameField } from './fields.ts';

const MAX_REFERENCES = 100;

const id = z.string().min(1).max(300);
const reference = z.union([
  id,
  z.strictObject({
    name: nameField,
    value: z.json().optional(),
    hash: z
      .string()
      .regex(/^[0-9a-f]{64}$/)
      .optional(),
    role: nameField.optional(),
  }),
]);
const references = z.array(reference).max(MAX_REFERENCES);

const node = z.looseObject({
  id: z.string(),
  kind: z.enum(['activity', 'entity', 'agent']),
  name: z.string(),
});
const edge = z.looseObject({ src: z.string(), dst: z.string(), rel: z.string(), role: z.string() });

export const lineageTrack = defineTool({
  name: 'lineage_track',
  group: 'lineage',
  title: 'Track what was made of what',
  text: 'Keeps one run: what it took and what it gave. Runs whose input is the output of another meet by content, without passing ids on.',
  effect: 'write',
  isIdempotent: true,
  input: z.strictObject({
    name: nameField,
    input: z.json().optional(),
    output: z.json().optional(),
    inputs: references.default([]).describe('More that it used: ids of nodes, or contents with names.'),
    outputs: references.default([]),
    parentId: id.optional(),
    parents: z.array(id).max(MAX_REFERENCES).optional(),
    startedAt: momentField.optional(),
    endedAt: momentField.optional(),
    attributes: attributesField.optional(),
    store: z
      .enum(['full', 'hash'])
      .default('full')
      .describe('hash keeps no content, only what it is recognised by.'),
    id: id.optional(),
    ...callerFields,
  }),
  output: z.looseObject({
    id: z.string(),
    inputs: z.array(z.string()),
    outputs: z.array(z.string()),
    linked: z.array(z.string()),
    duplicate: z.boolean(),
  }),
  example: { name: 'summarise', input: { document: 'a long text' }, output: { summary: 'a short text' } },
  method: 'trackLineage',
  positional: ['name', 'input', 'output', 'parentId'],
});

export const lineageGet = defineTool({
  name: 'lineage_get',
  group: 'lineage',
  title: 'Show what was made of what',
  text: 'Walks from a run, a content or an agent to what it came from (upstream) and what came of it (downstream).',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    id: id.describe('An id of a node, or the name of a run: then its newest.'),
    direction: z.enum(['both', 'upstream', 'downstream']).default('both'),
    depth: z.int().min(1).max(100).default(20),
    limit: z.int().min(1).max(10_000).default(1000),
    at: momentField.optional().describe('As it was at that moment.'),
    format: z.enum(['json', 'mermaid', 'dot', 'prov-json', 'openlineage']).default('json'),
  }),
  output: z.looseObject({
    root: z.string(),
    nodes: z.array(node),
    edges: z.array(edge),
    truncated: z.boolean(),
    cycles: z.array(z.array(z.string())),
    text: z.string().optional(),
  }),
  example: { id: 'summarise', direction: 'upstream' },
  method: 'getLineage',
  positional: ['id'],
});
