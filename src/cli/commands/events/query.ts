import type { z } from 'zod';
import type { telemetryQuery } from '../../../contract/tools/telemetry.ts';
import { toChoice } from '../choice.ts';

export type EventQuery = z.input<typeof telemetryQuery.input>;

/** How `iris events` is narrowed down. */
export interface EventOptions {
  readonly session?: string;
  readonly agent?: string;
  readonly trace?: string;
  readonly outcome?: string;
  readonly text?: string;
  readonly since?: string;
  readonly until?: string;
}

const OUTCOMES = ['success', 'failure', 'timeout', 'cancelled', 'unknown'] as const;

/** Turns words of the command line into a query. Throws USAGE_INVALID for an outcome that there is none of. */
export function toEventQuery(event: string | undefined, options: EventOptions): EventQuery {
  const { session, agent, trace, outcome, text, since, until } = options;
  return {
    event,
    sessionId: session,
    agentId: agent,
    traceId: trace,
    outcome: outcome === undefined ? undefined : toChoice('--outcome', outcome, OUTCOMES),
    text,
    since,
    until,
  };
}
