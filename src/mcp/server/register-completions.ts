import {
  ProtocolError,
  ProtocolErrorCode,
  type CompleteRequestParams,
  type CompleteResult,
  type McpServer,
  type ResourceTemplate,
} from '@modelcontextprotocol/server';
import { toIrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import type { RegistryPrompts } from '../prompts/registry-prompts.ts';
import { answerInTime } from '../result/answer-in-time.ts';
import { toCompletion } from '../result/completion.ts';

export interface Completed {
  readonly prompts: RegistryPrompts;
  /** The template that is offered, where there is one. */
  readonly template: ResourceTemplate | undefined;
}

/**
 * Completes the arguments of prompts and of a resource template.
 * It takes the place of the SDK's own handler, which knows no prompts but those that are registered with it.
 */
export function registerCompletions(
  server: McpServer,
  { prompts, template }: Completed,
  logger: Logger,
): void {
  server.server.setRequestHandler('completion/complete', async ({ params }, { mcpReq: { signal } }) => {
    if (params.ref.type === 'ref/resource') return await completeTemplate(template, params.ref.uri, params);
    return await answerInTime((limited) => prompts.complete(params, limited), {
      signal,
      otherwise: { completion: { values: [] } },
      onFailure: (thrown) => logger('mcp.promptsUnavailable', { message: toIrisError(thrown).message }),
    });
  });
}

async function completeTemplate(
  template: ResourceTemplate | undefined,
  uri: string,
  { argument: { name, value }, context }: CompleteRequestParams,
): Promise<CompleteResult> {
  if (template?.uriTemplate.toString() !== uri) {
    throw new ProtocolError(ProtocolErrorCode.InvalidParams, `There is no resource template ${uri}`);
  }
  const values = (await template.completeCallback(name)?.(value, context)) ?? [];
  return toCompletion(values, value);
}
