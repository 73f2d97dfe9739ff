import { randomUUID } from 'node:crypto';

/** What a script is told of its run. */
export interface RunContext {
  readonly projectId: string;
  readonly sessionId: string;
  readonly context: Readonly<Record<string, unknown>>;
}

/** Reads what iris sets for a script; outside a run there is no more than a new session. */
export function readContext(env: NodeJS.ProcessEnv): RunContext {
  return {
    projectId: env['IRIS_PROJECT_ID'] ?? 'local',
    sessionId: env['IRIS_SESSION_ID'] ?? randomUUID(),
    context: parseContext(env['IRIS_CONTEXT']),
  };
}

function parseContext(text: string | undefined): Readonly<Record<string, unknown>> {
  if (text === undefined) return {};
  try {
    const value: unknown = JSON.parse(text);
    return isRecord(value) ? value : {};
  } catch {
    return {};
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
