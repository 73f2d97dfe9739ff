import type { IncomingMessage, ServerResponse } from 'node:http';
import { never } from '../../core/never.ts';
import { failure, sendReply } from '../http/reply.ts';
import { ENVD_PORT } from '../sandboxes/ask-agent.ts';
import type { KnownSandbox } from '../sandboxes/known-sandbox.ts';
import type { SandboxRegistry } from '../sandboxes/registry.ts';
import { authorize, findSigner } from './authorize.ts';
import { findSleeper, forwardAwake } from './forward-awake.ts';
import { sandboxNotFound } from './proxy-replies.ts';
import { splitRequestPath, type RequestPath } from './request-path.ts';
import { withoutSignature } from './signature.ts';
import { targetOf } from './target.ts';

/** Handles a request that is meant for a sandbox; false when it is for the host itself. */
export function handleDataPlane(
  registry: SandboxRegistry,
  request: IncomingMessage,
  response: ServerResponse,
): boolean {
  const target = targetOf(request.headers);
  if (target.type === 'malformed') {
    sendReply(response, failure(400, target.message));
    return true;
  }
  const path = splitRequestPath(request.url);
  if (target.type === 'host')
    return path !== undefined && forwardSigned(registry, { request, response, path });
  const sandbox = registry.get(target.sandboxId) ?? findSleeper(registry, target.sandboxId);
  if (!sandbox) sendReply(response, sandboxNotFound(target.sandboxId));
  else if (!path) sendReply(response, failure(400, 'The request target is not a path'));
  else forwardAuthorized(registry, { request, response, path }, { sandbox, port: target.port });
  return true;
}

interface Exchange {
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
  readonly path: RequestPath;
}

function forwardSigned(registry: SandboxRegistry, { request, response, path }: Exchange): boolean {
  const sandboxes = registry
    .known()
    .filter(({ state, spec }) => state === 'running' || spec.lifecycle.autoResume);
  const sandbox = findSigner(request, { sandboxes, target: path });
  if (!sandbox) return false;
  void forwardAwake(
    registry,
    { request, response },
    { sandbox, port: ENVD_PORT, path: unsignedTarget(path) },
  );
  return true;
}

function forwardAuthorized(
  registry: SandboxRegistry,
  { request, response, path }: Exchange,
  { sandbox, port }: { sandbox: KnownSandbox; port: number },
): void {
  if (isWebSocket(request)) {
    sendReply(response, failure(501, 'The embedded host does not pass WebSockets on'));
    return;
  }
  const verdict = authorize(request, { sandbox, port, target: path });
  switch (verdict) {
    case 'allowed':
      return void forwardAwake(registry, { request, response }, { sandbox, port, path: request.url ?? '/' });
    case 'allowed-by-signature':
      return void forwardAwake(
        registry,
        { request, response },
        { sandbox, port, path: unsignedTarget(path) },
      );
    case 'unauthenticated':
      return sendReply(response, failure(401, 'The access token is missing or wrong'));
    case 'internal':
      return sendReply(response, failure(404, 'Not found'));
    default:
      return never(verdict);
  }
}

function unsignedTarget(path: RequestPath): string {
  return `${path.path}?${withoutSignature(new URLSearchParams(path.query))}`;
}

function isWebSocket(request: IncomingMessage): boolean {
  return request.headers.upgrade?.toLowerCase() === 'websocket';
}
