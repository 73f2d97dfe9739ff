import { z } from 'zod';
import { defineTool } from './contract.ts';
import { attributesField, cursorField, limitField, nameField, writeFields } from './fields.ts';

const MAX_CAPABILITIES = 100;
const MAX_CARD_BYTES = 64 * 1024;

const skill = z.strictObject({
  id: nameField,
  name: nameField,
  description: z.string().max(2000),
  tags: z.array(nameField).max(50),
  examples: z.array(z.string().max(2000)).max(20).optional(),
});
const liveness = z.enum(['online', 'stale', 'offline', 'stopped', 'unknown']);
const declared = z.enum(['idle', 'busy', 'draining', 'error', 'stopped']);

/** The card of the Agent2Agent protocol, version 1.0, as far as others rely on it. */
export const agentCard = z
  .looseObject({
    name: z.string().min(1).max(200),
    description: z.string().max(10_000),
    version: z.string().min(1).max(200),
    supportedInterfaces: z
      .array(
        z.looseObject({
          url: z.url(),
          protocolBinding: z.string().min(1),
          protocolVersion: z.string().min(1),
        }),
      )
      .max(20),
    capabilities: z.looseObject({
      streaming: z.boolean().optional(),
      pushNotifications: z.boolean().optional(),
      extendedAgentCard: z.boolean().optional(),
    }),
    defaultInputModes: z.array(z.string()).max(50),
    defaultOutputModes: z.array(z.string()).max(50),
    skills: z
      .array(
        z.looseObject({
          id: z.string().min(1),
          name: z.string().min(1),
          description: z.string(),
          tags: z.array(z.string()),
        }),
      )
      .max(MAX_CAPABILITIES),
  })
  .refine(
    (card) => Buffer.byteLength(JSON.stringify(card)) <= MAX_CARD_BYTES,
    `must be at most ${MAX_CARD_BYTES} bytes of JSON`,
  );
export type AgentCard = z.output<typeof agentCard>;

/** As it is given: described in a word, and checked as a whole. */
const givenCard = z.record(z.string(), z.json()).superRefine((card, context) => {
  for (const { path, message } of agentCard.safeParse(card).error?.issues ?? [])
    context.addIssue({ code: 'custom', path: [...path], message });
});

const stats = z.looseObject({
  events24h: z.number(),
  errorRate24h: z.number().nullable(),
  evaluations: z.number(),
  avgScore: z.number().nullable(),
  votes: z.number(),
  /** Of the votes whose question was told later what was right. */
  votesJudged: z.number(),
  voteAccuracy: z.number().nullable(),
  /** Of the votes whose question came to a decision. */
  votesDecided: z.number(),
  voteAgreement: z.number().nullable(),
});

const agentStatus = z.looseObject({
  agentId: z.string(),
  registered: z.boolean(),
  liveness,
  status: declared.nullable(),
  available: z.boolean(),
  lastSeenAt: z.string().nullable(),
  expiresAt: z.string().nullable(),
  ageSeconds: z.number().nullable(),
  ttlSeconds: z.number().nullable(),
  capabilities: z.array(z.string()),
  created: z.boolean().optional(),
  name: z.string().nullish(),
  version: z.string().nullish(),
  description: z.string().nullish(),
  message: z.string().nullish(),
  currentTask: z.string().nullish(),
  load: z.number().nullish(),
  stats: stats.optional(),
  card: agentCard.nullish(),
  metadata: z.record(z.string(), z.unknown()).nullish(),
});

export const agentRegister = defineTool({
  name: 'agent_register',
  group: 'agents',
  title: 'Register an agent',
  text: 'Announces an agent and what it can do, or renews it. Capabilities are replaced, metadata is merged.',
  effect: 'write',
  isIdempotent: true,
  input: z.strictObject({
    agentId: nameField,
    name: nameField.optional(),
    version: nameField.optional(),
    description: z.string().max(5000).optional(),
    capabilities: z
      .array(z.union([nameField, skill]))
      .max(MAX_CAPABILITIES)
      .optional(),
    card: givenCard.optional().describe('Its A2A card.'),
    ttlSeconds: z
      .int()
      .min(5)
      .max(86_400)
      .optional()
      .describe('How long a sign of life counts; 300 for a new agent.'),
    metadata: attributesField.optional(),
    issueToken: z
      .boolean()
      .default(false)
      .describe('Answers with a secret that this agent must send from now on.'),
    token: z.string().max(200).optional(),
    ...writeFields,
  }),
  output: agentStatus.extend({ token: z.string().optional() }),
  example: { agentId: 'reviewer-1', capabilities: ['code-review'], metadata: { team: 'core' } },
  method: 'registerAgent',
  positional: ['agentId', 'capabilities', 'metadata'],
});

export const agentStatusTool = defineTool({
  name: 'agent_status',
  group: 'agents',
  title: 'Is an agent there?',
  text: 'Tells whether an agent is online, what it says of itself and its track record; without an id, of all agents.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    agentId: nameField.optional(),
    card: z.boolean().default(false).describe('With its A2A card.'),
    limit: limitField,
    cursor: cursorField.optional(),
  }),
  output: z.looseObject({ agents: z.array(agentStatus), nextCursor: z.string().nullable().optional() }),
  example: { agentId: 'reviewer-1' },
  method: 'getAgentStatus',
  positional: ['agentId'],
});

export const agentHeartbeat = defineTool({
  name: 'agent_heartbeat',
  group: 'agents',
  title: 'Send a sign of life',
  text: 'Says that an agent is there, and what it does. Any other call that names the agent is a sign of life as well.',
  effect: 'write',
  isIdempotent: false,
  input: z.strictObject({
    agentId: nameField,
    status: declared.optional(),
    message: z.string().max(2000).nullable().optional(),
    currentTask: z.string().max(500).nullable().optional(),
    load: z.number().min(0).max(1).nullable().optional(),
    seq: z
      .int()
      .min(1)
      .optional()
      .describe('Counts up: a heartbeat that comes after a later one changes nothing.'),
    token: z.string().max(200).optional(),
  }),
  output: agentStatus.extend({ applied: z.boolean() }),
  example: { agentId: 'reviewer-1', status: 'busy', currentTask: 'review #12', load: 0.5 },
  method: 'heartbeat',
  positional: ['agentId', 'status'],
});

export const agentFind = defineTool({
  name: 'agent_find',
  group: 'agents',
  title: 'Find agents for a task',
  text: 'Finds agents that can do all that is asked for, those that are free and least busy first.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    capabilities: z.array(nameField).max(MAX_CAPABILITIES).optional(),
    liveness: z.array(liveness).min(1).max(5).optional(),
    status: declared.optional(),
    limit: limitField,
  }),
  output: z.looseObject({ agents: z.array(agentStatus) }),
  example: { capabilities: ['code-review'], liveness: ['online'] },
  method: 'findAgents',
  positional: ['capabilities'],
});

export const agentDeregister = defineTool({
  name: 'agent_deregister',
  group: 'agents',
  title: 'Deregister an agent',
  text: 'Forgets an agent. What it did, such as its votes, stays.',
  effect: 'delete',
  isIdempotent: true,
  input: z.strictObject({ agentId: nameField, token: z.string().max(200).optional() }),
  output: z.looseObject({ agentId: z.string(), deregistered: z.boolean() }),
  example: { agentId: 'reviewer-1' },
  method: 'deregisterAgent',
  positional: ['agentId'],
});
