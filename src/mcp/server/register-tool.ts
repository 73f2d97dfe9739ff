import type {
  CallToolResult,
  McpServer,
  ServerContext,
  StandardSchemaWithJSON,
  ToolAnnotations,
} from '@modelcontextprotocol/server';
import type { ServedContract } from '../../contract/mcp/served-contract.ts';
import { toJsonSchemas } from '../../contract/tools/json-schema.ts';
import { toErrorResult, toToolResult } from '../result/tool-result.ts';
import { compactSchema, outlineSchema, type JsonSchema } from '../schema/compact-schema.ts';
import type { ServedCall, ServedTool } from '../tool/served-tool.ts';

const INPUT_DEPTH = 1;

/** A tool as `tools/list` shows it. */
export interface ListedTool {
  readonly tool: ServedTool;
  readonly input: JsonSchema;
  readonly output: JsonSchema;
  readonly annotations: ToolAnnotations;
}

/** Works out once what every server of this process shows of a tool. */
export function toListedTool(tool: ServedTool): ListedTool {
  const { input, output } = toJsonSchemas(tool.contract);
  return {
    tool,
    input: compactSchema(input, INPUT_DEPTH),
    output: outlineSchema(output),
    annotations: toAnnotations(tool.contract),
  };
}

/** What clients decide by whether to ask their user before a call. */
export function toAnnotations({ effect, isIdempotent, isOpenWorld }: ServedContract): ToolAnnotations {
  return {
    readOnlyHint: effect === 'read',
    destructiveHint: effect === 'delete',
    idempotentHint: isIdempotent,
    openWorldHint: isOpenWorld === true,
  };
}

/** Who is told how calls end. */
export interface CallReports {
  readonly onSuccess: (name: string) => void;
  readonly onFailure: (thrown: unknown) => void;
}

/** Makes a tool callable. */
export function registerTool(
  server: McpServer,
  { tool, input, output, annotations }: ListedTool,
  reports: CallReports,
): void {
  const { name, title, text } = tool.contract;
  const config = {
    title,
    description: text,
    annotations,
    inputSchema: asListed(input),
    outputSchema: asListed(output),
  };
  server.registerTool(name, config, async (given, context): Promise<CallToolResult> => {
    try {
      const answer = await tool.call(given ?? {}, toCall(context));
      reports.onSuccess(name);
      return toToolResult(answer);
    } catch (thrown) {
      reports.onFailure(thrown);
      return toErrorResult(thrown, tool.contract);
    }
  });
}

/** Shows a schema and lets everything in: the contract checks it, and says more about what is wrong. */
function asListed(schema: JsonSchema): StandardSchemaWithJSON {
  const listed = { ...schema };
  return {
    '~standard': {
      version: 1,
      vendor: 'iris',
      jsonSchema: { input: () => listed, output: () => listed },
      validate: (value) => ({ value }),
    },
  };
}

function toCall({ mcpReq }: ServerContext): ServedCall {
  const progressToken = mcpReq._meta?.progressToken;
  let progress = 0;
  return {
    signal: mcpReq.signal,
    onProgress: (message) => {
      if (progressToken === undefined || mcpReq.signal.aborted) return;
      progress += 1;
      const params = { progressToken, progress, message };
      // A client that is gone by now hears of nothing any more.
      mcpReq.notify({ method: 'notifications/progress', params }).catch(() => undefined);
    },
  };
}
