import type { IncomingMessage } from 'node:http';
import { isSameSecret } from '../http/same-secret.ts';
import { ENVD_PORT } from '../sandboxes/ask-agent.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import type { RequestPath } from './request-path.ts';
import { isSignatureValid } from './signature.ts';

/** The part of envd that clients may reach; /init and its like are for the host alone. */
const PUBLIC_PATHS = new Set(['/health', '/envs', '/metrics', '/files', '/files/compose']);
const PUBLIC_SERVICES = /^\/(?:process\.Process|filesystem\.Filesystem)\/[A-Za-z]+$/;

type Verdict = 'allowed' | 'allowed-by-signature' | 'unauthenticated' | 'internal';

/** Decides whether a request may go to a port of a sandbox. Ports of user programs are open, as in E2B. */
export function authorize(
  request: IncomingMessage,
  { sandbox, port, target }: { sandbox: KnownSandbox; port: number; target: RequestPath },
): Verdict {
  if (port !== ENVD_PORT) return 'allowed';
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
