import {
  Client,
  SSEClientTransport,
  StreamableHTTPClientTransport,
  type Tool,
  type Transport,
} from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { never } from '../../core/never.ts';
import { VERSION } from '../../core/version.ts';
import { toAnswer } from '../answer/to-answer.ts';
import { connectionError, isOtherEra, isOtherTransport } from '../answer/server-error.ts';
import type { ServerLaunch } from '../definition/server-definition.ts';
import type { ServerTool } from './server-tool.ts';

/** What one call brings along. */
export interface ServerCall {
  readonly signal: AbortSignal;
  readonly traceparent?: string | undefined;
}

/** A server that answers. */
export interface ServerConnection extends AsyncDisposable {
  /** Its tools as they are now. */
  tools(): Promise<readonly ServerTool[]>;
  /** Calls a tool. Throws TOOL_FAILED, IRIS_INVALID_ARGUMENT, IRIS_UNAVAILABLE or CANCELLED. */
  call(tool: ServerTool, input: unknown, call: ServerCall): Promise<unknown>;
  /** Aborts when the server has gone. */
  readonly gone: AbortSignal;
}

export interface ConnectOptions {
  readonly name: string;
  /** With its variables filled in. */
  readonly launch: ServerLaunch;
  readonly projectDir: string;
  /** What a process of the server inherits. */
  readonly env: Readonly<Record<string, string>>;
  /** Takes what a process of the server says beside the protocol. */
  readonly onStderr?: ((text: string) => void) | undefined;
}

/** A package that npx has to fetch first takes its time. */
const CONNECT_MS = 60_000;
const CALL_MS = 120_000;
/** For a server that tells of its progress. */
const LONGEST_CALL_MS = 15 * 60_000;
const LIST_MS = 30_000;

type Mode = 'legacy' | 'auto';

/** Starts or reaches a server and agrees with it on the protocol. Throws IRIS_UNAVAILABLE or AUTH_REJECTED. */
export async function connect(options: ConnectOptions): Promise<ServerConnection> {
  const { launch } = options;
  // A process is asked in the older way first: to probe for the newer one, the SDK starts it twice.
  const first: Mode = launch.type === 'stdio' ? 'legacy' : 'auto';
  try {
    return await connectAs(options, { launch, mode: first });
  } catch (thrown) {
    if (launch.type === 'stdio' && isOtherEra(thrown))
      return await connectOr(options, { launch, mode: 'auto' });
    if (launch.type === 'http' && isOtherTransport(thrown))
      return await connectOr(options, { launch: { ...launch, type: 'sse' }, mode: 'legacy' });
    throw connectionError(options.name, thrown);
  }
}

interface Way {
  readonly launch: ServerLaunch;
  readonly mode: Mode;
}

async function connectOr(options: ConnectOptions, way: Way): Promise<ServerConnection> {
  try {
    return await connectAs(options, way);
  } catch (thrown) {
    throw connectionError(options.name, thrown);
  }
}

async function connectAs(options: ConnectOptions, { launch, mode }: Way): Promise<ServerConnection> {
  const gone = new AbortController();
  let listed: Promise<readonly Tool[]> | undefined;
  const client = new Client(
    { name: 'iris', title: 'iris', version: VERSION },
    {
      versionNegotiation: { mode },
      listChanged: { tools: { autoRefresh: false, onChanged: () => (listed = undefined) } },
    },
  );
  Object.assign(client, { onclose: () => gone.abort(), onerror: () => undefined });
  await client.connect(transportTo(launch, options), { timeout: CONNECT_MS });
  const list = (): Promise<readonly Tool[]> => {
    listed ??= client.listTools({}, { timeout: LIST_MS }).then(({ tools }) => tools);
    listed.catch(() => (listed = undefined));
    return listed;
  };
  return {
    gone: gone.signal,
    tools: async () => (await list()).map(toServerTool),
    call: async (tool, input, { signal, traceparent }) => {
      const params = {
        name: tool.name,
        arguments: toArguments(input),
        ...(traceparent === undefined ? {} : { _meta: { traceparent } }),
      };
      const result = await client.callTool(params, {
        signal,
        timeout: CALL_MS,
        maxTotalTimeout: LONGEST_CALL_MS,
        resetTimeoutOnProgress: true,
        onprogress: () => undefined,
      });
      return toAnswer(result);
    },
    [Symbol.asyncDispose]: () => client.close(),
  };
}

function transportTo(launch: ServerLaunch, { env, projectDir, onStderr }: ConnectOptions): Transport {
  switch (launch.type) {
    case 'stdio': {
      const { command, args, cwd = projectDir } = launch;
      const transport = new StdioClientTransport({
        command,
        args: [...args],
        env: { ...env, ...launch.env },
        cwd,
        stderr: 'pipe',
      });
      // Read in any case: a pipe that nobody empties stops the server.
      transport.stderr?.on('data', (chunk: Buffer) => onStderr?.(chunk.toString('utf8')));
      return transport;
    }
    case 'http':
      return new StreamableHTTPClientTransport(new URL(launch.url), {
        requestInit: { headers: launch.headers },
      });
    case 'sse':
      return new SSEClientTransport(new URL(launch.url), { requestInit: { headers: launch.headers } });
    default:
      return never(launch);
  }
}

function toServerTool({
  name,
  title,
  description = '',
  annotations,
  inputSchema,
  outputSchema,
}: Tool): ServerTool {
  return {
    name,
    title: title ?? annotations?.title ?? name,
    text: description,
    effect: effectOf(annotations),
    input: inputSchema,
    output: outputSchema,
  };
}

/** As the protocol has it, a tool that says nothing may delete. */
function effectOf(annotations: Tool['annotations']): ServerTool['effect'] {
  if (annotations?.readOnlyHint === true) return 'read';
  return annotations?.destructiveHint === false ? 'write' : 'delete';
}

function toArguments(input: unknown): Record<string, unknown> {
  return typeof input === 'object' && input !== null && !Array.isArray(input) ? { ...input } : {};
}
