import { z } from 'zod';
import { defineTool } from './contract.ts';
import { attributesField, cursorField, limitField, nameField, writeFields } from './fields.ts';

const MAX_CAPABILITIES = 100;

const skill = z.strictObject({
  id: nameField,
  name: nameField,
  description: z.string().max(2000),
  tags: z.array(nameField).max(50),
  examples: z.array(z.string().max(2000)).max(20).optional(),
});
const liveness = z.enum(['online', 'stale', 'offline', 'stopped', 'unknown']);
const declared = z.enum(['idle', 'busy', 'draining', 'error', 'stopped']);

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
    ttlSeconds: z.int().min(5).max(86_400).default(300),
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
  input: z.strictObject({ agentId: nameField.optional(), limit: limitField, cursor: cursorField.optional() }),
  output: z.looseObject({ agents: z.array(agentStatus), nextCursor: z.string().nullable().optional() }),
  example: { agentId: 'reviewer-1' },
  method: 'getAgentStatus',
  positional: ['agentId'],
});
