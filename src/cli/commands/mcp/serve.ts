import { randomBytes } from 'node:crypto';
import { once } from 'node:events';
import type { Logger } from '../../../core/logger.ts';
import { createServerFactory, type ServerOptions } from '../../../mcp/server/server-factory.ts';
import { serveOverStdio } from '../../../mcp/server/serve-stdio.ts';
import type { CliContext } from '../../context.ts';
import { daemonBackend } from '../../mcp/daemon-backend.ts';
import { toPort } from '../../words/to-port.ts';
import { splitWords } from '../../mcp/split-words.ts';

export interface McpServeOptions {
  readonly readOnly?: boolean;
  readonly toolsets?: string;
  readonly project?: string;
  readonly mcp?: string;
  readonly http?: string;
}

/** `iris mcp serve`: the tools for one MCP client on standard input and output. */
export async function mcpServe(options: McpServeOptions, context: CliContext): Promise<void> {
  const serverOptions: ServerOptions = {
    backend: daemonBackend({
      distDir: context.distDir,
      cwd: process.cwd(),
      env: daemonEnv(options.project),
      servers: splitWords(options.mcp),
    }),
    choice: { toolsets: splitWords(options.toolsets), isReadOnly: options.readOnly === true },
    logger: logToStderr,
  };
  const onError = (error: Error): void => logToStderr('mcp.error', { message: error.message });
  const signal = stopSignal();
  if (options.http !== undefined)
    return await serveHttp(serverOptions, { port: toPort('--http', options.http), onError, signal });
  if (process.stdin.isTTY) process.stderr.write(FOR_CLIENTS);
  await serveOverStdio(createServerFactory(serverOptions), {
    input: process.stdin,
    output: process.stdout,
    onError,
    signal,
  });
}

const FOR_CLIENTS =
  'iris: waiting for an MCP client on standard input; Ctrl-D ends it\n  Tell a client of iris with: iris mcp install\n';

interface HttpServing {
  readonly port: number;
  readonly onError: (error: Error) => void;
  readonly signal: AbortSignal;
}

const TOKEN_BYTES = 24;

async function serveHttp(options: ServerOptions, { port, onError, signal }: HttpServing): Promise<void> {
  const given = process.env['IRIS_MCP_TOKEN'] || undefined;
  const token = given ?? randomBytes(TOKEN_BYTES).toString('base64url');
  // Loads node:http, which a client over stdio would wait for in vain.
  const { serveOverHttp } = await import('../../../mcp/server/serve-http.ts');
  await using end = await serveOverHttp(options, { port, token, onError });
  process.stderr.write(`iris: serving MCP at ${end.url}. Ctrl-C stops it.\n`);
  if (given === undefined) process.stderr.write(`  Each request needs: Authorization: Bearer ${token}\n`);
  if (!signal.aborted) await once(signal, 'abort');
}

/** The environment that speaks for this server; its own token is nobody else's business. */
function daemonEnv(project: string | undefined): NodeJS.ProcessEnv {
  const { IRIS_MCP_TOKEN: _token, ...env } = process.env;
  return project === undefined ? env : { ...env, IRIS_PROJECT_ID: project };
}

/** Taken from the start on, so that a Ctrl-C in the middle of it leaves nothing behind. */
function stopSignal(): AbortSignal {
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.once(name, () => stop.abort());
  return stop.signal;
}

/** Standard output belongs to the protocol. */
const logToStderr: Logger = (event, facts) => {
  process.stderr.write(`iris: ${JSON.stringify({ event, ...facts })}\n`);
};
