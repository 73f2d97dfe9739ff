import type { McpServer } from '@modelcontextprotocol/server';
import { toIrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { RegistryPrompts } from '../prompts/registry-prompts.ts';
import { answerInTime } from '../result/answer-in-time.ts';
import { toProtocolError } from '../result/protocol-error.ts';

/** Offers the prompts of the registry. Their list is empty while the database cannot be reached. */
export function registerPrompts(server: McpServer, prompts: RegistryPrompts, logger: Logger): void {
  server.server.setRequestHandler('prompts/list', ({ params }, { mcpReq: { signal } }) =>
    answerInTime((limited) => prompts.list(params?.cursor, limited), {
      signal,
      otherwise: { prompts: [] },
      onFailure: (thrown) => logger('mcp.promptsUnavailable', { message: toIrisError(thrown).message }),
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
