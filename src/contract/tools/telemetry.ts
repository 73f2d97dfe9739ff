import { z } from 'zod';
import { defineTool } from './contract.ts';
import {
  attributesField,
  cursorField,
  limitField,
  momentField,
  nameField,
  sinceField,
  spanIdField,
  traceIdField,
  writeFields,
} from './fields.ts';

const MAX_BATCH = 500;

const kind = z.enum(['event', 'span']);
const outcome = z.enum(['success', 'failure', 'timeout', 'cancelled', 'unknown']);
const severity = z.union([
  z.int().min(1).max(24),
  z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal']),
]);

const eventFields = {
  metadata: attributesField.optional().describe('The same as attributes; both are merged.'),
  attributes: attributesField.optional().describe('Facts, named as OpenTelemetry does where it has a name.'),
  kind: kind
    .optional()
    .describe('A span has a duration and may hold others. @default span with endTime, else event'),
  timestamp: momentField.optional().describe('When it began. @default now'),
  endTime: momentField.optional(),
  durationMs: z.number().min(0).max(1e12).optional(),
  sessionId: nameField.optional(),
  agentId: nameField.optional(),
  traceId: traceIdField.optional(),
  spanId: spanIdField.optional(),
  parentSpanId: spanIdField.optional(),
  traceparent: z
    .string()
    .max(200)
    .optional()
    .describe('W3C: gives traceId and parentSpanId where they are missing.'),
  severity: severity.optional(),
  outcome: outcome.optional(),
  id: z.guid().optional().describe('An id that is there already changes nothing.'),
};

/** One event of a batch. */
export const eventInput = z.strictObject({ event: nameField, ...eventFields });
export type EventInput = z.output<typeof eventInput>;

const rejection = z.looseObject({ index: z.int(), code: z.string(), message: z.string() });

export const telemetryLog = defineTool({
  name: 'telemetry_log',
  group: 'telemetry',
  title: 'Log an event',
  text: 'Notes what happened, as one event or span, or many at once. Secrets are taken out before anything is stored.',
  effect: 'write',
  isIdempotent: false,
  input: z
    .strictObject({
      event: nameField.optional().describe('What happened, such as tool.called.'),
      ...eventFields,
      events: z
        .array(z.record(z.string(), z.json()))
        .min(1)
        .max(MAX_BATCH)
        .optional()
        .describe('Instead of one event up to 500, each with the fields above; bad ones are told apart.'),
      captureContent: z
        .boolean()
        .default(false)
        .describe('Keeps the messages of models and the arguments of tools, which are left out otherwise.'),
      ...writeFields,
    })
    .refine(({ event, events }) => (event === undefined) !== (events === undefined), {
      error: 'needs either event or events',
    }),
  output: z.looseObject({
    id: z.string().optional(),
    duplicate: z.boolean(),
    accepted: z.int(),
    duplicates: z.int(),
    clamped: z.int().describe('How many said that they lie in the future, and were set to now.'),
    ids: z.array(z.string()),
    rejected: z.array(rejection),
  }),
  example: { event: 'tool.called', metadata: { tool: 'bash', exitCode: 0 }, outcome: 'success' },
  method: 'logEvent',
  positional: ['event', 'metadata'],
});

const storedEvent = z.looseObject({
  id: z.string(),
  kind,
  event: z.string(),
  timestamp: z.string(),
  attributes: z.record(z.string(), z.unknown()),
  sessionId: z.string().nullish(),
  agentId: z.string().nullish(),
  traceId: z.string().nullish(),
  outcome: outcome.nullish(),
  durationMs: z.number().nullish(),
});

export const telemetryQuery = defineTool({
  name: 'telemetry_query',
  group: 'telemetry',
  title: 'Find events',
  text: 'Lists events by name, session, agent, trace, outcome, attributes or text, newest first.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({
    event: nameField.optional().describe('A name, or the beginning of names with * at the end.'),
    kind: kind.optional(),
    sessionId: nameField.optional(),
    agentId: nameField.optional(),
    traceId: traceIdField.optional(),
    outcome: outcome.optional(),
    minSeverity: severity.optional(),
    attributes: attributesField.optional().describe('Events whose attributes contain all of this.'),
    text: z.string().min(1).max(500).optional().describe('Anywhere in the name, the attributes or the body.'),
    since: sinceField.default('24h'),
    until: sinceField.optional(),
    order: z.enum(['asc', 'desc']).default('desc'),
    limit: limitField,
    cursor: cursorField.optional(),
  }),
  output: z.looseObject({ events: z.array(storedEvent), nextCursor: z.string().nullable() }),
  example: { event: 'tool.*', outcome: 'failure', since: '7d' },
  method: 'queryEvents',
  positional: [],
});

const usage = z.looseObject({
  inputTokens: z.number(),
  outputTokens: z.number(),
  costUsd: z.number(),
});

export const telemetryTrace = defineTool({
  name: 'telemetry_trace',
  group: 'telemetry',
  title: 'Read a trace',
  text: 'Shows one trace as a tree: where its time went, what it waited for, and its tokens and cost.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({ traceId: traceIdField }),
  output: z.looseObject({
    traceId: z.string(),
    spanCount: z.int(),
    eventCount: z.int(),
    durationMs: z.number(),
    roots: z.array(z.unknown()),
    events: z.array(z.unknown()),
    criticalPath: z.array(
      z.looseObject({ event: z.string(), spanId: z.string().nullable(), selfMs: z.number() }),
    ),
    usage: usage.extend({ byModel: z.record(z.string(), usage) }),
    truncated: z.boolean(),
  }),
  example: { traceId: '0af7651916cd43dd8448eb211c80319c' },
  method: 'getTrace',
  positional: ['traceId'],
});
