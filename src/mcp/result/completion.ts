import type { CompleteResult } from '@modelcontextprotocol/server';

/** As many as an answer to a completion may hold. */
const MAX_COMPLETIONS = 100;

/** The values that begin with what is typed, whatever the case, as MCP carries them. */
export function toCompletion(values: readonly string[], typed: string): CompleteResult {
  const fitting = [...new Set(values)].filter((value) => value.toLowerCase().startsWith(typed.toLowerCase()));
  return {
    completion: {
      values: fitting.slice(0, MAX_COMPLETIONS),
      total: fitting.length,
      hasMore: fitting.length > MAX_COMPLETIONS,
    },
  };
}
