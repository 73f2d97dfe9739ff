import type { Logger } from '../../core/logger.ts';
import { createServerFactory } from '../../mcp/server/server-factory.ts';
import { serveOverStdio } from '../../mcp/server/serve-stdio.ts';
import type { CliContext } from '../context.ts';
import { daemonBackend } from '../mcp/daemon-backend.ts';
import { splitWords } from '../mcp/split-words.ts';

export interface McpServeOptions {
  readonly readOnly?: boolean;
  readonly toolsets?: string;
  readonly project?: string;
  readonly http?: string;
}

/** `iris mcp serve`: the tools for one MCP client on standard input and output. */
export async function mcpServe(options: McpServeOptions, context: CliContext): Promise<void> {
  const env =
    options.project === undefined ? process.env : { ...process.env, IRIS_PROJECT_ID: options.project };
  const factory = createServerFactory({
    backend: daemonBackend({ distDir: context.distDir, cwd: process.cwd(), env }),
    choice: { toolsets: splitWords(options.toolsets), isReadOnly: options.readOnly === true },
    logger: logToStderr,
  });
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, () => stop.abort());
  await serveOverStdio(factory, {
    input: process.stdin,
    output: process.stdout,
    onError: (error) => logToStderr('mcp.error', { message: error.message }),
    signal: stop.signal,
  });
}

/** Standard output belongs to the protocol. */
const logToStderr: Logger = (event, facts) => {
  process.stderr.write(`iris: ${JSON.stringify({ event, ...facts })}\n`);
};
