import { z } from 'zod';
import { defineTool } from './contract.ts';
import {
  attributesField,
  callerFields,
  cursorField,
  limitField,
  momentField,
  nameField,
  writeFields,
} from './fields.ts';

const MAX_OPTIONS = 50;
const MAX_VOTERS = 1000;

const options = z
  .array(nameField)
  .min(2)
  .max(MAX_OPTIONS)
  .refine((names) => new Set(names).size === names.length, 'must not name an option twice');
const share = z.strictObject({
  num: z.int().min(1).max(1_000_000),
  den: z.int().min(1).max(1_000_000),
  strict: z.boolean().default(false),
});
const method = z.union([
  z.enum([
    'majority',
    'two_thirds',
    'three_quarters',
    'unanimous',
    'plurality',
    'approval',
    'irv',
    'copeland',
    'schulze',
  ]),
  share.refine(({ num, den }) => num <= den, 'must not be more than everything'),
]);
const eligible = z.union([
  z.array(nameField).min(1).max(MAX_VOTERS),
  z.record(nameField, z.number().min(0).max(1_000_000)).refine((voters) => {
    const count = Object.keys(voters).length;
    return count >= 1 && count <= MAX_VOTERS;
  }, `must name 1 to ${MAX_VOTERS} agents`),
]);

const vote = z.looseObject({
  agentId: z.string(),
  decision: z.string().nullish(),
  ranking: z.array(z.string()).nullish(),
  approvals: z.array(z.string()).nullish(),
  weight: z.string().nullish(),
  confidence: z.number().nullish(),
  reasoning: z.string().nullish(),
  castAt: z.string().nullish(),
});

/** How a question stands. */
const consensusStatus = z.looseObject({
  id: z.string(),
  topic: z.string().nullable(),
  status: z.enum(['pending', 'reached', 'failed']),
  outcome: z.string().nullable(),
  final: z.boolean(),
  reason: z.string(),
  /** What the outcome would be if the voting ended now. */
  provisional: z.string().nullable(),
  tally: z
    .record(z.string(), z.looseObject({ votes: z.number(), weight: z.string(), share: z.number() }))
    .nullable(),
  participation: z.looseObject({
    voted: z.number(),
    eligible: z.number().nullable(),
    share: z.number().nullable(),
  }),
  quorum: z.looseObject({ required: z.number(), met: z.boolean() }),
  agreement: z.number().nullable(),
  closesAt: z.string().nullable(),
  closedAt: z.string().nullable(),
  description: z.string().nullish(),
  method: z.unknown(),
  options: z.array(z.string()).optional(),
  secret: z.boolean().optional(),
  actual: z.string().nullish(),
  winners: z.array(z.string()).nullish(),
  votes: z.array(vote).nullish(),
});

export const consensusOpen = defineTool({
  name: 'consensus_open',
  group: 'consensus',
  title: 'Open a question to vote on',
  text: 'Puts a question to agents with its rules: options, method, quorum, deadline, who may vote, who may veto.',
  effect: 'write',
  isIdempotent: false,
  input: z.strictObject({
    topic: z.string().min(1).max(1000),
    id: nameField.optional(),
    description: z.string().max(20_000).optional(),
    options: options.default(['approve', 'reject', 'abstain']),
    method: method.default('majority'),
    base: z
      .enum(['cast', 'present', 'eligible'])
      .default('cast')
      .describe('What the share is of: votes for or against, all votes, or all who may vote.'),
    quorum: z
      .number()
      .positive()
      .max(MAX_VOTERS)
      .default(1)
      .describe('How many must vote; below 1, which share of those who may.'),
    eligible: eligible.optional().describe('Who may vote, with weights if they differ; without it, anybody.'),
    weighting: z.enum(['equal', 'declared', 'track_record']).default('equal'),
    veto: z.array(nameField).max(MAX_VOTERS).optional(),
    closesAt: momentField.optional(),
    ttlSeconds: z.int().min(1).max(31_536_000).optional(),
    allowChange: z.boolean().default(true),
    secret: z.boolean().default(false).describe('Shows who voted and nothing else until it is closed.'),
    metadata: attributesField.optional(),
    ...callerFields,
    ...writeFields,
  }),
  output: consensusStatus,
  example: { topic: 'Ship version 2?', eligible: ['alice', 'bob', 'carol'], ttlSeconds: 3600 },
  method: 'openConsensus',
  positional: ['topic'],
});

export const consensusVote = defineTool({
  name: 'consensus_vote',
  group: 'consensus',
  title: 'Vote',
  text: 'Casts or changes one vote. A question that nobody has opened becomes an open one that anybody may vote on.',
  effect: 'write',
  isIdempotent: true,
  input: z.strictObject({
    consensusId: nameField,
    agentId: nameField,
    decision: nameField.optional(),
    ranking: z.array(nameField).min(1).max(MAX_OPTIONS).optional().describe('Options, the best first.'),
    approvals: z.array(nameField).max(MAX_OPTIONS).optional(),
    reasoning: z.string().max(5000).optional(),
    confidence: z.number().min(0).max(1).optional(),
    weight: z.number().min(0).max(99_999_999).optional(),
    round: z.int().min(1).max(1000).optional(),
    token: z.string().max(200).optional(),
    metadata: attributesField.optional(),
    sessionId: callerFields.sessionId,
    traceId: callerFields.traceId,
  }),
  output: z.looseObject({
    accepted: z.literal(true),
    duplicate: z.boolean(),
    revision: z.number(),
    changedFrom: z.string().optional(),
    status: consensusStatus,
  }),
  example: { consensusId: 'ship-v2', agentId: 'alice', decision: 'approve', reasoning: 'The tests pass.' },
  method: 'submitVote',
  positional: ['consensusId', 'agentId', 'decision', 'reasoning'],
});

export const consensusStatusTool = defineTool({
  name: 'consensus_status',
  group: 'consensus',
  title: 'How a vote stands',
  text: 'Gives the outcome of a question, or how it would end now, with the tally and those who disagreed.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    consensusId: nameField,
    includeVotes: z.boolean().default(true),
    round: z.int().min(1).max(1000).optional(),
  }),
  output: consensusStatus,
  example: { consensusId: 'ship-v2' },
  method: 'getConsensusStatus',
  positional: ['consensusId'],
});

export const consensusClose = defineTool({
  name: 'consensus_close',
  group: 'consensus',
  title: 'End a vote',
  text: 'Ends the voting and fixes the result, or cancels the question. With actual, judges the votes by what was right.',
  effect: 'write',
  isIdempotent: true,
  input: z.strictObject({
    consensusId: nameField,
    cancel: z.boolean().default(false),
    actual: nameField.optional().describe('The option that turned out to be right.'),
    ...callerFields,
  }),
  output: consensusStatus,
  example: { consensusId: 'ship-v2' },
  method: 'closeConsensus',
  positional: ['consensusId'],
});

export const consensusList = defineTool({
  name: 'consensus_list',
  group: 'consensus',
  title: 'List questions',
  text: 'Lists the questions of the project, the newest first.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    status: z.enum(['pending', 'reached', 'failed']).optional(),
    limit: limitField,
    cursor: cursorField.optional(),
  }),
  output: z.looseObject({
    consensus: z.array(
      z.looseObject({
        id: z.string(),
        status: z.string(),
        outcome: z.string().nullable(),
        topic: z.string().nullish(),
        method: z.unknown(),
        voters: z.number().nullish(),
        closesAt: z.string().nullish(),
        createdAt: z.string().nullish(),
      }),
    ),
    nextCursor: z.string().nullable(),
  }),
  example: { status: 'pending' },
  method: 'listConsensus',
  positional: [],
});
