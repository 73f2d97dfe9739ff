import type { IncomingMessage } from 'node:http';
import { never } from '../../core/never.ts';
import { failure, type Reply } from '../http/reply.ts';
import { ENVD_PORT } from '../sandboxes/ask-agent.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import type { SandboxRegistry } from '../sandboxes/registry.ts';
import { authorize } from './authorize.ts';
import { findSigner, isFileRequest, refuseFile } from './file-access.ts';
import { findSleeper } from './forward-awake.ts';
import { requestFault } from './request-fault.ts';
import { sandboxNotFound } from './proxy-replies.ts';
import { splitRequestPath, type RequestPath } from './request-path.ts';
import { withoutSignature } from './signature.ts';
import { targetOf } from './target.ts';

/** What the data plane does with a request. */
export type Route =
  | { readonly type: 'host' }
  | { readonly type: 'refused'; readonly reply: Reply }
  | {
      readonly type: 'sandbox';
      readonly sandbox: KnownSandbox;
      readonly port: number;
      readonly path: string;
    };

/** Finds out where a request goes, and whether it may. */
export function routeOf(request: IncomingMessage, registry: SandboxRegistry): Route {
  const fault = requestFault(request);
  if (fault) return refused(fault);
  const target = targetOf(request.headers);
  if (target.type === 'malformed') return refused(failure(400, target.message));
  const path = splitRequestPath(request.url);
  if (target.type === 'host') return path ? signedRoute(request, registry, path) : { type: 'host' };
  const sandbox = registry.get(target.sandboxId) ?? findSleeper(registry, target.sandboxId);
  if (!sandbox) return refused(sandboxNotFound(target.sandboxId));
  if (!path) return refused(failure(400, 'The request target is not a path'));
  return authorizedRoute(request, path, { sandbox, port: target.port });
}

function refused(reply: Reply): Route {
  return { type: 'refused', reply };
}

/** A file URL made by uploadUrl() or downloadUrl() names no sandbox: the signature tells whose it is. */
function signedRoute(request: IncomingMessage, registry: SandboxRegistry, path: RequestPath): Route {
  if (!isFileRequest(request, path)) return { type: 'host' };
  const signer = findSigner(request, { sandboxes: registry.known(), target: path });
  if (!signer) return refused(refuseFile(request, path.query.includes('signature=') ? 'invalid' : 'missing'));
  const { sandbox, verdict } = signer;
  if (verdict === 'expired') return refused(refuseFile(request, verdict));
  const canAnswer = sandbox.state === 'running' || sandbox.spec.lifecycle.autoResume;
  if (!canAnswer) return refused(sandboxNotFound(sandbox.id));
  return { type: 'sandbox', sandbox, port: ENVD_PORT, path: unsignedTarget(path) };
}

function authorizedRoute(
  request: IncomingMessage,
  path: RequestPath,
  { sandbox, port }: { sandbox: KnownSandbox; port: number },
): Route {
  const verdict = authorize(request, { sandbox, port, target: path });
  switch (verdict.type) {
    case 'allowed':
      return { type: 'sandbox', sandbox, port, path: request.url ?? '/' };
    case 'allowed-by-signature':
      return { type: 'sandbox', sandbox, port, path: unsignedTarget(path) };
    case 'refused':
      return refused(verdict.reply);
    default:
      return never(verdict);
  }
}

function unsignedTarget(path: RequestPath): string {
  return `${path.path}?${withoutSignature(new URLSearchParams(path.query))}`;
}
