import { type Json, type JsonObject } from '../json/json.ts';

export type Outcome = 'success' | 'failure' | 'timeout' | 'cancelled' | 'unknown';

/** What attributes say of the event itself. */
export interface AttributeFields {
  readonly sessionId?: string | undefined;
  readonly agentId?: string | undefined;
  readonly durationMs?: number | undefined;
  readonly outcome?: Outcome | undefined;
}

/** Names of the first IRIS, and what OpenTelemetry calls the same. */
const RENAMED: Readonly<Record<string, string>> = {
  agent_id: 'gen_ai.agent.id',
  expert_id: 'gen_ai.agent.id',
  session_id: 'session.id',
  confidence: 'iris.confidence',
  latency_ms: 'iris.latency_ms',
  model_name: 'gen_ai.request.model',
  prompt_tokens: 'gen_ai.usage.input_tokens',
  input_tokens: 'gen_ai.usage.input_tokens',
  completion_tokens: 'gen_ai.usage.output_tokens',
  output_tokens: 'gen_ai.usage.output_tokens',
  total_tokens: 'iris.total_tokens',
  cost_usd: 'iris.cost_usd',
};

const OUTCOMES: Readonly<Record<string, Outcome>> = {
  success: 'success',
  ok: 'success',
  failure: 'failure',
  error: 'failure',
  timeout: 'timeout',
  cancelled: 'cancelled',
  unknown: 'unknown',
};
const MAX_NAME = 200;

/** Gives attributes the names under which they are stored; a name of today wins over one of the first IRIS. */
export function renameAttributes(attributes: JsonObject): JsonObject {
  const renamed = Object.entries(attributes).map(([key, value]) => [newNameOf(key) ?? key, value] as const);
  const current = Object.entries(attributes).filter(([key]) => newNameOf(key) === undefined);
  return Object.fromEntries([...renamed, ...current]);
}

/** Reads what stored attributes say of the event itself. */
export function fieldsOf(attributes: JsonObject): AttributeFields {
  const latencyMs = attributes['iris.latency_ms'];
  const outcome = attributes['outcome'];
  return {
    sessionId: nameIn(attributes['session.id']) ?? nameIn(attributes['gen_ai.conversation.id']),
    agentId: nameIn(attributes['gen_ai.agent.id']),
    durationMs: typeof latencyMs === 'number' && latencyMs >= 0 ? latencyMs : undefined,
    outcome:
      (typeof outcome === 'string' ? outcomeOf(outcome) : undefined) ??
      (nameIn(attributes['error.type']) === undefined ? undefined : 'failure'),
  };
}

function newNameOf(key: string): string | undefined {
  return Object.hasOwn(RENAMED, key) ? RENAMED[key] : undefined;
}

function outcomeOf(text: string): Outcome | undefined {
  return Object.hasOwn(OUTCOMES, text) ? OUTCOMES[text] : undefined;
}

function nameIn(value: Json | undefined): string | undefined {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME ? value : undefined;
}
