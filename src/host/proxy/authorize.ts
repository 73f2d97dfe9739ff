import type { IncomingMessage } from 'node:http';
import { isSameSecret } from '../http/same-secret.ts';
import { ENVD_PORT } from '../sandboxes/ask-agent.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import { trafficTokenOf } from '../sandboxes/traffic-token.ts';
import type { RequestPath } from './request-path.ts';
import { isSignatureValid } from './signature.ts';

/** The code interpreter's. E2B's clients present their token where code runs, and nowhere else there. */
const INTERPRETER_PORT = 49_999;
/** The part of envd that clients may reach; /init and its like are for the host alone. */
const PUBLIC_PATHS = new Set(['/health', '/envs', '/metrics', '/files', '/files/compose']);
const PUBLIC_SERVICES = /^\/(?:process\.Process|filesystem\.Filesystem)\/[A-Za-z]+$/;

type Verdict = 'allowed' | 'allowed-by-signature' | 'unauthenticated' | 'no-public-traffic' | 'internal';

/** Decides whether a request may go to a port of a sandbox. Ports of user programs are open, unless it was made without public traffic. */
export function authorize(
  request: IncomingMessage,
  { sandbox, port, target }: { sandbox: KnownSandbox; port: number; target: RequestPath },
): Verdict {
  if (port === INTERPRETER_PORT && target.path === '/execute') {
    return isSameSecret(request.headers['x-access-token'], sandbox.accessToken)
      ? 'allowed'
      : 'unauthenticated';
  }
  if (port !== ENVD_PORT) return mayReachPrograms(request, sandbox) ? 'allowed' : 'no-public-traffic';
  if (!PUBLIC_PATHS.has(target.path) && !PUBLIC_SERVICES.test(target.path)) return 'internal';
  if (isSameSecret(request.headers['x-access-token'], sandbox.accessToken)) return 'allowed';
  if (target.path === '/health' && request.method === 'GET') return 'allowed';
  return isSignedFileRequest(request, { sandbox, target }) ? 'allowed-by-signature' : 'unauthenticated';
}

/** Finds the sandbox whose token signed a file URL: such a URL names no sandbox. */
export function findSigner(
  request: IncomingMessage,
  { sandboxes, target }: { sandboxes: Iterable<KnownSandbox>; target: RequestPath },
): KnownSandbox | undefined {
  for (const sandbox of sandboxes) {
    if (isSignedFileRequest(request, { sandbox, target })) return sandbox;
  }
  return undefined;
}

function mayReachPrograms({ headers }: IncomingMessage, sandbox: KnownSandbox): boolean {
  const trafficAccessToken = trafficTokenOf(sandbox);
  if (trafficAccessToken === undefined) return true;
  return isSameSecret(headers['e2b-traffic-access-token'], trafficAccessToken);
}

function isSignedFileRequest(
  request: IncomingMessage,
  { sandbox, target }: { sandbox: KnownSandbox; target: RequestPath },
): boolean {
  if (target.path !== '/files' || !target.query.includes('signature=')) return false;
  return isSignatureValid({
    method: request.method ?? '',
    query: new URLSearchParams(target.query),
    accessToken: sandbox.accessToken,
    nowMs: Date.now(),
  });
}
