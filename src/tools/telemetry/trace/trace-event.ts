import { z } from 'zod';

/** An event of a trace, as the database gives it. */
export const traceEvent = z.looseObject({
  id: z.string(),
  kind: z.enum(['event', 'span']),
  event: z.string(),
  timestamp: z.string(),
  startMicros: z.number(),
  endMicros: z.number().optional(),
  durationMs: z.number().optional(),
  spanId: z.string().optional(),
  parentSpanId: z.string().optional(),
  agentId: z.string().optional(),
  outcome: z.string().optional(),
  attributes: z.record(z.string(), z.json()),
});
export type TraceEvent = z.output<typeof traceEvent>;
