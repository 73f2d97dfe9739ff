import type { z } from 'zod';
import type { telemetryQuery } from '../../../contract/tools/telemetry.ts';
import { IrisError } from '../../../core/errors.ts';
import { suggest } from '../../../core/suggest.ts';

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
    outcome: outcome === undefined ? undefined : toOutcome(outcome),
    text,
    since,
    until,
  };
}

function toOutcome(word: string): (typeof OUTCOMES)[number] {
  const found = OUTCOMES.find((one) => one === word);
  if (found !== undefined) return found;
  const near = suggest(word, OUTCOMES);
  throw new IrisError('USAGE_INVALID', `--outcome ${word}: there is no such outcome`, {
    hint: near === undefined ? `Take one of: ${OUTCOMES.join(', ')}` : `Did you mean ${near}?`,
  });
}
