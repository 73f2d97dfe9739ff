import { McpServer, type McpServerOptions, type ServerEventBus } from '@modelcontextprotocol/server';
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
import { RegistryPrompts } from '../prompts/registry-prompts.ts';
import { RUN_TOOLS, RunResources } from '../resources/run-resources.ts';
import { registerCompletions } from './register-completions.ts';
import { registerPrompts } from './register-prompts.ts';
import { registerResources } from './register-resources.ts';
import { registerTool, toListedTool, type CallReports } from './register-tool.ts';

export interface ServerOptions {
  readonly backend: McpBackend;
  readonly choice: Choice;
  readonly logger: Logger;
  /** Whether the prompts of the registry are offered, where their tools are. @default true */
  readonly hasPrompts?: boolean;
  /** Told of changes that clients may have asked for, where servers do not outlive a request. */
  readonly bus?: ServerEventBus | undefined;
  /** Adds to each server before a client sees it. */
  readonly extend?: ((server: McpServer) => void) | undefined;
  /** Settings of the SDK for that. */
  readonly sdk?: McpServerOptions | undefined;
}

export type ServerFactory = () => McpServer;

/** What is listed only changes with the build. */
const LIST_CACHE_HINT = { ttlMs: 300_000, cacheScope: 'private' } as const;
const LIST_CACHE_HINTS = {
  'tools/list': LIST_CACHE_HINT,
  'resources/list': LIST_CACHE_HINT,
  'resources/templates/list': LIST_CACHE_HINT,
};

/**
 * Makes the servers that `serveStdio` and `createMcpHandler` ask for, all alike.
 * Throws USAGE_INVALID for a toolset that is none.
 */
export function createServerFactory(options: ServerOptions): ServerFactory {
  const { backend, choice, logger, hasPrompts = true, extend, sdk } = options;
  const all = [...codeTools(backend), ...sandboxTools(backend), ...registryTools(backend)];
  const chosen = chooseTools(all, choice);
  const listed = [...chosen.listed, ...discoveryTools(chosen)].map(toListedTool);
  const callable = new Set([...chosen.listed, ...chosen.hidden].map(({ contract }) => contract.name));
  const prompts = hasPrompts && callable.has('prompt_get') ? new RegistryPrompts(backend) : undefined;
  const runs = RUN_TOOLS.every((name) => callable.has(name)) ? new RunResources(backend) : undefined;
  return () => {
    const server = new McpServer(
      { name: 'iris', title: 'iris', version: VERSION },
      {
        instructions: INSTRUCTIONS,
        ...sdk,
        capabilities: {
          tools: { listChanged: false },
          ...(prompts && PROMPT_CAPABILITIES),
          ...(runs && RESOURCE_CAPABILITIES),
          ...sdk?.capabilities,
        },
        cacheHints: LIST_CACHE_HINTS,
      },
    );
    const reports = reportsOf(server, options, prompts !== undefined);
    for (const tool of listed) registerTool(server, tool, reports);
    if (prompts !== undefined) registerPrompts(server, prompts, logger);
    extend?.(server);
    const { onFailure } = reports;
    const template = runs === undefined ? undefined : registerResources(server, runs, { logger, onFailure });
    if (prompts !== undefined) registerCompletions(server, { prompts, template }, logger);
    return server;
  };
}

const PROMPT_CAPABILITIES = { prompts: { listChanged: true }, completions: {} };
const RESOURCE_CAPABILITIES = { resources: { listChanged: false }, completions: {} };

/** Tools after which a client has other prompts than before. */
const PROMPT_WRITERS: ReadonlySet<string> = new Set(['prompt_save', 'prompt_delete']);

function reportsOf(server: McpServer, { logger, bus }: ServerOptions, hasPrompts: boolean): CallReports {
  return {
    onSuccess: (name) => {
      if (!hasPrompts || !PROMPT_WRITERS.has(name)) return;
      bus?.publish({ kind: 'prompts_list_changed' });
      // A client that is gone by now needs no news.
      server.server.sendPromptListChanged().catch(() => undefined);
    },
    onFailure: (thrown) => {
      const error = toIrisError(thrown);
      if (error.code === 'INTERNAL' && !isInvalidInput(thrown))
        logger('mcp.failed', { message: error.message });
    },
  };
}

const INSTRUCTIONS =
  'iris keeps what agents learn in one project: patterns, evaluations, votes, events, prompts, lineage, metrics and agents. ' +
  'run_code runs TypeScript in an isolated sandbox. More tools than are listed: search_tools. ' +
  'An answer with nextCursor goes on; an error says what to do next.';
