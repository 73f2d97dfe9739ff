import { McpServer, type McpServerFactory } from '@modelcontextprotocol/server';
import { toIrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { VERSION } from '../../core/version.ts';
import type { McpBackend } from '../backend/backend.ts';
import { chooseTools, type Choice } from '../catalogue/toolsets.ts';
import { codeTools } from '../own/code-tools.ts';
import { discoveryTools } from '../own/discovery-tools.ts';
import { registryTools } from '../own/registry-tools.ts';
import { sandboxTools } from '../own/sandbox-tools.ts';
import { isInvalidInput } from '../../tools/toolbox/invalid-input.ts';
import { registerTool, toListedTool } from './register-tool.ts';

export interface ServerOptions {
  readonly backend: McpBackend;
  readonly choice: Choice;
  readonly logger: Logger;
  /** Adds to each server before a client sees it. */
  readonly extend?: ((server: McpServer) => void) | undefined;
}

/** The list only changes with the build. */
const LIST_TTL_MS = 300_000;

/**
 * Makes the servers that `serveStdio` and `createMcpHandler` ask for, all alike.
 * Throws USAGE_INVALID for a toolset that is none.
 */
export function createServerFactory({ backend, choice, logger, extend }: ServerOptions): McpServerFactory {
  const all = [...codeTools(backend), ...sandboxTools(backend), ...registryTools(backend)];
  const chosen = chooseTools(all, choice);
  const listed = [...chosen.listed, ...discoveryTools(chosen)].map(toListedTool);
  const onFailure = (thrown: unknown): void => {
    const error = toIrisError(thrown);
    if (error.code === 'INTERNAL' && !isInvalidInput(thrown))
      logger('mcp.failed', { message: error.message });
  };
  return () => {
    const server = new McpServer(
      { name: 'iris', title: 'iris', version: VERSION },
      {
        instructions: INSTRUCTIONS,
        capabilities: { tools: { listChanged: false } },
        cacheHints: { 'tools/list': { ttlMs: LIST_TTL_MS, cacheScope: 'private' } },
      },
    );
    for (const tool of listed) registerTool(server, tool, onFailure);
    extend?.(server);
    return server;
  };
}

const INSTRUCTIONS =
  'iris keeps what agents learn in one project: patterns, evaluations, votes, events, prompts, lineage, metrics and agents. ' +
  'run_code runs TypeScript in an isolated sandbox. More tools than are listed: search_tools. ' +
  'An answer with nextCursor goes on; an error says what to do next.';
