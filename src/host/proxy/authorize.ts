import type { IncomingMessage } from 'node:http';
import { failure, type Reply } from '../http/reply.ts';
import { isSameSecret } from '../http/same-secret.ts';
import { ENVD_PORT } from '../sandboxes/ask-agent.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import { trafficTokenOf } from '../sandboxes/traffic-token.ts';
import { isFileRequest, judgeFileRequest, refuseFile } from './file-access.ts';
import { noPublicTraffic } from './proxy-replies.ts';
import type { RequestPath } from './request-path.ts';

/** The code interpreter's. E2B's clients present their token where code runs, and nowhere else there. */
const INTERPRETER_PORT = 49_999;
/** The part of envd that clients may reach; /init and its like are for the host alone. */
const PUBLIC_PATHS = new Set(['/health', '/envs', '/metrics', '/files', '/files/compose']);
const PUBLIC_SERVICES = /^\/(?:process\.Process|filesystem\.Filesystem)\/[A-Za-z]+$/;

/** In envd's words, which programs for E2B look for. */
const UNAUTHENTICATED =
  'unauthorized access, please provide a valid access token or method signing if supported';

type Verdict =
  { readonly type: 'allowed' | 'allowed-by-signature' } | { readonly type: 'refused'; readonly reply: Reply };

const ALLOWED: Verdict = { type: 'allowed' };

/** Decides whether a request may go to a port of a sandbox. Ports of user programs are open, unless it was made without public traffic. */
export function authorize(
  request: IncomingMessage,
  { sandbox, port, target }: { sandbox: KnownSandbox; port: number; target: RequestPath },
): Verdict {
  const hasToken = isSameSecret(request.headers['x-access-token'], sandbox.accessToken);
  if (port === INTERPRETER_PORT && target.path === '/execute') {
    return hasToken ? ALLOWED : refused(failure(401, UNAUTHENTICATED));
  }
  if (port !== ENVD_PORT) {
    return mayReachPrograms(request, sandbox) ? ALLOWED : refused(noPublicTraffic(sandbox.id));
  }
  if (!PUBLIC_PATHS.has(target.path) && !PUBLIC_SERVICES.test(target.path))
    return refused(failure(404, 'Not found'));
  if (hasToken || (target.path === '/health' && request.method === 'GET')) return ALLOWED;
  if (!isFileRequest(request, target)) return refused(failure(401, UNAUTHENTICATED));
  const verdict = judgeFileRequest(request, { sandbox, target });
  return verdict === 'valid' ? { type: 'allowed-by-signature' } : refused(refuseFile(request, verdict));
}

function refused(reply: Reply): Verdict {
  return { type: 'refused', reply };
}

function mayReachPrograms({ headers }: IncomingMessage, sandbox: KnownSandbox): boolean {
  const trafficAccessToken = trafficTokenOf(sandbox);
  if (trafficAccessToken === undefined) return true;
  return isSameSecret(headers['e2b-traffic-access-token'], trafficAccessToken);
}
