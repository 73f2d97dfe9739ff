import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { toNodeHandler } from '@modelcontextprotocol/node';
import { createMcpHandler, InMemoryServerEventBus } from '@modelcontextprotocol/server';
import { errnoOf, IrisError } from '../../core/errors.ts';
import { httpGuard } from './http-guard.ts';
import { LegacySessions } from './legacy-sessions.ts';
import { createServerFactory, type ServerOptions } from './server-factory.ts';

export interface HttpOptions {
  /** 0 is any free one. */
  readonly port: number;
  /** What every request has to bring; undefined lets everybody on this machine in. */
  readonly token: string | undefined;
  readonly onError: (error: Error) => void;
  /** How many clients of the 2025 protocol may be connected. @default 64 */
  readonly maxSessions?: number | undefined;
}

export interface HttpEnd extends AsyncDisposable {
  readonly url: string;
}

const HOST = '127.0.0.1';
const PATH = '/mcp';
const MAX_BODY_BYTES = 32 * 1024 * 1024;

/**
 * Serves Streamable HTTP on loopback, in both eras of the protocol.
 * Throws USAGE_INVALID for a port that cannot be had, or a toolset that is none.
 */
export async function serveOverHttp(serverOptions: ServerOptions, options: HttpOptions): Promise<HttpEnd> {
  const { port, token, onError, maxSessions } = options;
  const bus = serverOptions.bus ?? new InMemoryServerEventBus(onError);
  const factory = createServerFactory({ ...serverOptions, bus });
  const limits = { maxRequestBodySize: MAX_BODY_BYTES };
  const handler = createMcpHandler(factory, { onerror: onError, bus, ...limits });
  const sessions = new LegacySessions(factory, { maxBodyBytes: MAX_BODY_BYTES, maxSessions, onError });
  const fetch = async (request: Request): Promise<Response> =>
    (await sessions.answer(request)) ?? (await handler.fetch(request));
  const answer = toNodeHandler({ fetch }, { onerror: onError, ...limits });
  const isAllowed = httpGuard(PATH, token);
  const server = createServer((request, response) => {
    if (isAllowed(request, response)) answer(request, response).catch(onError);
  });
  const taken = await listen(server, port);
  return {
    url: `http://${HOST}:${taken}${PATH}`,
    [Symbol.asyncDispose]: async () => {
      await Promise.all([handler.close(), sessions[Symbol.asyncDispose]()]);
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function listen(server: Server, port: number): Promise<number> {
  try {
    server.listen(port, HOST);
    await once(server, 'listening');
  } catch (cause) {
    throw new IrisError('USAGE_INVALID', `Port ${port} cannot be had: ${errnoOf(cause) ?? String(cause)}`, {
      hint: 'Take another one, or 0 for any.',
      cause,
    });
  }
  const address = server.address();
  return typeof address === 'object' && address !== null ? address.port : port;
}
