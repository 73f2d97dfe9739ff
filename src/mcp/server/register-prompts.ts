import { ProtocolError, ProtocolErrorCode, type McpServer } from '@modelcontextprotocol/server';
import { toIrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { RegistryPrompts } from '../prompts/registry-prompts.ts';

/** A client lists the prompts when it connects: it is not kept waiting for a database that is not there. */
const LIST_BUDGET_MS = 8_000;

/** Offers the prompts of the registry. Their list is empty while the database cannot be reached. */
export function registerPrompts(server: McpServer, prompts: RegistryPrompts, logger: Logger): void {
  const tolerant = async <Answer>(
    work: (signal: AbortSignal) => Promise<Answer>,
    { signal, otherwise }: { readonly signal: AbortSignal; readonly otherwise: Answer },
  ): Promise<Answer> => {
    try {
      return await work(AbortSignal.any([signal, AbortSignal.timeout(LIST_BUDGET_MS)]));
    } catch (thrown) {
      logger('mcp.promptsUnavailable', { message: toIrisError(thrown).message });
      return otherwise;
    }
  };
  server.server.setRequestHandler('prompts/list', ({ params }, { mcpReq: { signal } }) =>
    tolerant((limited) => prompts.list(params?.cursor, limited), { signal, otherwise: { prompts: [] } }),
  );
  server.server.setRequestHandler('completion/complete', ({ params }, { mcpReq: { signal } }) =>
    tolerant((limited) => prompts.complete(params, limited), {
      signal,
      otherwise: { completion: { values: [] } },
    }),
  );
  server.server.setRequestHandler('prompts/get', async ({ params }, { mcpReq: { signal } }) => {
    try {
      return await prompts.get(params.name, params.arguments ?? {}, signal);
    } catch (thrown) {
      throw toProtocolError(thrown);
    }
  });
}

function toProtocolError(thrown: unknown): ProtocolError {
  const { code, message, hint } = toIrisError(thrown);
  if (code === 'INTERNAL') return new ProtocolError(ProtocolErrorCode.InternalError, 'iris failed inside');
  const isOurs = code.startsWith('IRIS_') && code !== 'IRIS_UNAVAILABLE';
  const number = isOurs ? ProtocolErrorCode.InvalidParams : ProtocolErrorCode.InternalError;
  return new ProtocolError(number, hint === undefined ? message : `${message}. ${hint}`, { code });
}
