import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { localhostHostValidation, localhostOriginValidation } from '@modelcontextprotocol/node';

/** Tells whether a request may go on; one that may not has its answer by then. */
export type HttpGuard = (request: IncomingMessage, response: ServerResponse) => boolean;

const UNAUTHORIZED = 401;
const NOT_FOUND = 404;

/**
 * Lets in requests to one path of this machine: by a loopback name, from no other site's page, and with the token.
 * Without a token everybody on this machine may come.
 */
export function httpGuard(path: string, token: string | undefined): HttpGuard {
  // A page of another site reaches loopback by a name of its own, or says where it comes from.
  const isOwnHost = localhostHostValidation();
  const isOwnOrigin = localhostOriginValidation();
  return (request, response) => {
    if (!isOwnHost(request, response) || !isOwnOrigin(request, response)) return false;
    if (token !== undefined && !hasToken(request, token)) {
      const challenge = { 'www-authenticate': 'Bearer realm="iris"' };
      return refuse(response, { status: UNAUTHORIZED, headers: challenge, text: 'A bearer token is needed' });
    }
    if (request.url?.split('?', 1)[0] === path) return true;
    return refuse(response, { status: NOT_FOUND, headers: {}, text: `The server is at ${path}` });
  };
}

function hasToken({ headers }: IncomingMessage, token: string): boolean {
  const presented = Buffer.from(/^Bearer +(\S+) *$/i.exec(headers.authorization ?? '')?.[1] ?? '');
  const wanted = Buffer.from(token);
  return presented.length === wanted.length && timingSafeEqual(presented, wanted);
}

interface Refusal {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly text: string;
}

function refuse(response: ServerResponse, { status, headers, text }: Refusal): false {
  const error = { jsonrpc: '2.0', error: { code: -32_000, message: text }, id: null };
  response.writeHead(status, { ...headers, 'content-type': 'application/json' }).end(JSON.stringify(error));
  return false;
}
