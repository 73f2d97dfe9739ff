import { request as httpRequest, type ClientRequest, type IncomingMessage } from 'node:http';
import { ENVD_PORT } from '../sandboxes/ask-agent.ts';
import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import { requestHeadersFor } from './header-filter.ts';

/** The port of a sandbox that a request goes to. */
export interface ForwardTarget {
  readonly sandbox: LiveSandbox;
  readonly port: number;
  /** Path and query, as the sandbox shall see them. */
  readonly path: string;
  /** The key of the control plane, which no sandbox may see. */
  readonly apiKey: string;
}

/** Begins the same request to the sandbox; undefined for the few that node:http reads but does not write. */
export function openUpstream(
  request: IncomingMessage,
  target: ForwardTarget,
  extraHeaders: readonly string[] = [],
): ClientRequest | undefined {
  const { sandbox, port, path } = target;
  const headers = [...headersFor(request, target), ...extraHeaders];
  const agent = port === ENVD_PORT ? sandbox.envdAgent : sandbox.portAgent;
  try {
    return httpRequest({ agent, host: 'localhost', port, method: request.method, path, headers });
  } catch {
    return undefined;
  }
}

function headersFor(request: IncomingMessage, { sandbox, port, apiKey }: ForwardTarget): string[] {
  const { connection, host } = request.headers;
  const mask = port === ENVD_PORT ? undefined : sandbox.network.maskRequestHost;
  const headers = requestHeadersFor(request.rawHeaders, {
    connection,
    secrets: [sandbox.accessToken, apiKey],
    isHostKept: mask === undefined,
  });
  if (request.headers['transfer-encoding'] !== undefined) {
    headers.push('Transfer-Encoding', 'chunked');
    if (request.headers.trailer !== undefined) headers.push('Trailer', request.headers.trailer);
  }
  if (mask !== undefined) headers.push('Host', mask.replaceAll('${PORT}', String(port)));
  else if (host === undefined) headers.push('Host', 'localhost');
  return headers;
}
