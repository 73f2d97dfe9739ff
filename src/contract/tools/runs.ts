import { z } from 'zod';
import { defineTool } from './contract.ts';
import { cursorField, limitField, nameField } from './fields.ts';

const run = z.looseObject({
  id: z.string(),
  script: z.string(),
  provider: z.string().nullable(),
  sandboxId: z.string().nullable(),
  exitCode: z.int().nullable(),
  signal: z.string().nullable(),
  startedAt: z.string(),
  durationMs: z.number(),
  calls: z.int(),
  failedCalls: z.int(),
});

const toolCall = z.looseObject({
  tool: z.string(),
  startedAt: z.string(),
  durationMs: z.number(),
  inputBytes: z.number(),
  outputBytes: z.number(),
  outcome: z.string(),
  inputSha256: z.string(),
});

export const runList = defineTool({
  name: 'run_list',
  group: 'runs',
  title: 'List runs',
  text: 'Lists the scripts that ran and called tools, the newest first.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({ limit: limitField, cursor: cursorField.optional() }),
  output: z.looseObject({ runs: z.array(run), nextCursor: z.string().nullable().optional() }),
  example: { limit: 10 },
  method: 'listRuns',
  positional: [],
});

export const runGet = defineTool({
  name: 'run_get',
  group: 'runs',
  title: 'Show a run',
  text: 'Shows one run with each tool that it called: how long it took, how much went in and out, and how it ended.',
  effect: 'read',
  isIdempotent: true,
  input: z.strictObject({ id: nameField }),
  output: run.extend({ toolCalls: z.array(toolCall) }),
  example: { id: 'run_1k83r1rl3cm47e3wecz' },
  method: 'getRun',
  positional: ['id'],
});
