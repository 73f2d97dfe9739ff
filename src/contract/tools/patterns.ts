import { z } from 'zod';
import { defineTool } from './contract.ts';
import { sinceField } from './fields.ts';

const item = z.string().min(1).max(400);
const unit = z.enum(['session', 'trace', 'agent']);
const kind = z.enum(['rule', 'itemset', 'sequence', 'seq_rule']);
const MAX_TRANSACTIONS = 100_000;
const MAX_ITEMS = 200;

/** Something that happens together, or one after the other, more often than it has to. */
export const pattern = z.looseObject({
  id: z.string(),
  kind,
  items: z.array(z.union([z.string(), z.array(z.string())])),
  antecedent: z.array(z.string()).optional(),
  consequent: z.array(z.string()).optional(),
  count: z.number(),
  n: z.number(),
  support: z.number(),
  confidence: z.number().optional(),
  lift: z.number().optional(),
  leverage: z.number().optional(),
  conviction: z.number().nullable().optional(),
  convictionInfinite: z.boolean().optional(),
  jaccard: z.number().optional(),
  zhang: z.number().optional(),
  pValue: z.number().optional(),
  qValue: z.number().optional(),
  riskDifference: z.looseObject({ value: z.number(), low: z.number(), high: z.number() }).optional(),
  description: z.string(),
  evidence: z.array(z.string()),
  firstSeen: z.string().nullable(),
  lastSeen: z.string().nullable(),
});

const window = {
  unit: unit.default('session').describe('What counts as one case.'),
  since: sinceField.default('30d'),
  until: sinceField.optional(),
  exclude: z
    .array(item)
    .max(200)
    .default([])
    .describe('Items that are never used; "attr.user=*" for all of a key.'),
};

export const patternDiscovery = defineTool({
  name: 'pattern_discovery',
  group: 'patterns',
  title: 'Find patterns',
  text: 'Finds what goes together in the sessions of this project: rules such as "sessions with tool=search end in failure", sets, and sequences, with how sure they are and sessions to look at. It explores: a pattern is a hint, and no proof.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    minSupport: z.number().gt(0).max(1).default(0.3).describe('In which share of the cases, at least.'),
    minConfidence: z.number().min(0).max(1).default(0.7),
    maxPatterns: z.int().min(1).max(1000).default(10),
    kinds: z.array(kind).min(1).max(4).default(['rule']),
    target: z
      .union([item, z.array(item).min(1).max(50)])
      .optional()
      .describe('Keeps rules that lead to one of these, such as outcome=failure.'),
    ...window,
    minCount: z.int().min(1).default(2),
    maxLength: z.int().min(1).max(8).default(4),
    maxConsequent: z.int().min(1).max(7).default(1),
    minLift: z.number().min(0).optional(),
    maxQValue: z.number().min(0).max(1).optional(),
    condensed: z.enum(['closed', 'maximal', 'all']).default('closed'),
    minImprovement: z
      .number()
      .min(-1)
      .max(1)
      .default(0.01)
      .describe('How much surer a rule must be than every simpler one; -1 keeps them all.'),
    maxGap: z.int().min(0).max(1000).optional().describe('How many steps may lie between two of a sequence.'),
    transactions: z
      .array(z.array(item).max(MAX_ITEMS))
      .max(MAX_TRANSACTIONS)
      .optional()
      .describe('Cases of your own instead of sessions; for sequences their order counts.'),
    sortBy: z.enum(['lift', 'confidence', 'support', 'leverage', 'qValue']).default('qValue'),
    save: z.boolean().default(false),
  }),
  output: z.looseObject({
    patterns: z.array(pattern),
    meta: z.looseObject({
      runId: z.string(),
      transactions: z.number(),
      items: z.number(),
      candidates: z.number(),
      truncated: z.boolean(),
      partial: z.boolean(),
      elapsedMs: z.number(),
      droppedAttributes: z.array(z.string()),
      bins: z.record(z.string(), z.array(z.number())),
      warnings: z.array(z.string()),
    }),
  }),
  example: { target: 'outcome=failure', minSupport: 0.1, since: '7d' },
  method: 'discoverPatterns',
  positional: [],
});

export const patternExplain = defineTool({
  name: 'pattern_explain',
  group: 'patterns',
  title: 'Explain a rule',
  text: 'Shows for a rule the sessions that keep to it and those that do not, with the table of counts behind it.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    antecedent: z.array(item).min(1).max(8),
    consequent: z.array(item).min(1).max(8),
    ...window,
    examples: z.int().min(1).max(20).default(5),
  }),
  output: z.looseObject({
    table: z.looseObject({ both: z.number(), onlyIf: z.number(), onlyThen: z.number(), neither: z.number() }),
    description: z.string(),
    matching: z.array(z.looseObject({ id: z.string() })),
    counterExamples: z.array(z.looseObject({ id: z.string() })),
  }),
  example: { antecedent: ['tool=search'], consequent: ['outcome=failure'] },
  method: 'explainPattern',
  positional: ['antecedent', 'consequent'],
});

export const processMap = defineTool({
  name: 'process_map',
  group: 'patterns',
  title: 'Map the process',
  text: 'Draws which event follows which in the sessions: counts, starts, ends, usual waits and the most frequent variants.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    ...window,
    minCount: z.int().min(1).default(1),
    maxVariants: z.int().min(1).max(100).default(10),
    format: z.enum(['json', 'mermaid', 'dot']).default('json'),
  }),
  output: z.looseObject({
    sessions: z.number(),
    nodes: z.array(z.looseObject({ event: z.string(), count: z.number() })),
    edges: z.array(z.looseObject({ from: z.string(), to: z.string(), count: z.number() })),
    variants: z.array(z.looseObject({ events: z.array(z.string()), count: z.number() })),
    text: z.string().optional(),
  }),
  example: { since: '7d', format: 'mermaid' },
  method: 'processMap',
  positional: [],
});
