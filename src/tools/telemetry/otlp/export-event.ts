import { z } from 'zod';

const plain = z.record(z.string(), z.json());

/** An event as the database gives it for an export. */
export const exportEvent = z.object({
  id: z.string(),
  kind: z.enum(['event', 'span']),
  event: z.string(),
  startMicros: z.number(),
  endMicros: z.number().optional(),
  receivedMicros: z.number().optional(),
  sessionId: z.string().optional(),
  agentId: z.string().optional(),
  traceId: z.string().optional(),
  spanId: z.string().optional(),
  parentSpanId: z.string().optional(),
  severity: z.number().optional(),
  outcome: z.string().optional(),
  durationMs: z.number().optional(),
  attributes: plain,
  otel: z
    .object({
      signal: z.enum(['trace', 'log']),
      resource: plain,
      scope: plain,
      record: plain,
      body: z.json().optional(),
      types: z.record(z.string(), z.string()),
    })
    .nullish(),
});
export type ExportEvent = z.output<typeof exportEvent>;
