import type { IncomingMessage, ServerResponse } from 'node:http';
import { IrisError, toIrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { isOwnName } from '../http/own-name.ts';
import { failure, sendReply, type Reply } from '../http/reply.ts';
import { compileRoutes, type RouteRow } from '../http/router.ts';
import { isSameSecret } from '../http/same-secret.ts';
import { connectSandbox, resumeSandbox } from './connect.ts';
import { createSandbox } from './create.ts';
import { forkSandbox } from './fork.ts';
import type {
  ControlCall,
  ControlContext,
  ControlHandler,
  KnownSandboxHandler,
  SandboxHandler,
} from './handler.ts';
import { showSandbox } from './info.ts';
import { listSandboxes } from './list.ts';
import { readLogs, readLogsV2 } from './logs/read-logs.ts';
import { manySandboxMetrics, sandboxMetrics } from './metrics.ts';
import { updateNetwork } from './network.ts';
import { pauseSandbox } from './pause.ts';
import { createSnapshot, deleteSnapshot, listSnapshots } from './snapshots.ts';
import { storedRoutes } from './stored-routes.ts';
import { refreshSandbox, setSandboxTimeout } from './timeout.ts';

interface ControlPlaneOptions {
  readonly context: ControlContext;
  readonly apiKey: string;
  readonly logger: Logger;
}

type AnyHandler =
  | { readonly on: 'host'; readonly handle: ControlHandler }
  | { readonly on: 'known'; readonly handle: KnownSandboxHandler }
  | { readonly on: 'sandbox'; readonly handle: SandboxHandler };

/** Answers the calls with which clients create, find and end sandboxes. */
export function openControlPlane({
  context,
  apiKey,
  logger,
}: ControlPlaneOptions): (request: IncomingMessage, response: ServerResponse) => Promise<void> {
  const match = compileRoutes(routes());
  return async (request, response) => {
    const abort = new AbortController();
    response.once('close', () => abort.abort());
    const { path, query } = parseTarget(request.url ?? '/');
    const answer = async (): Promise<Reply> => {
      if (!isOwnName(request.headers.host, context.domain))
        return failure(403, 'The Host header names another host');
      if (path === '/health' && request.method === 'GET') return { status: 200, body: { status: 'ok' } };
      if (!isSameSecret(request.headers['x-api-key'], apiKey))
        return failure(401, 'The API key is missing or wrong');
      const found = match(request.method ?? '', path);
      if (!found) return failure(404, `The embedded host has no ${request.method ?? ''} ${path}`);
      const params = decodeParams(found.params);
      const call = { request, query, params, id: params['id'] ?? '', signal: abort.signal };
      return await callHandler(found.handler, context, call);
    };
    const reply = await answer().catch((error: unknown) => replyToError(error, logger));
    sendReply(response, reply);
  };
}

function routes(): RouteRow<AnyHandler>[] {
  const base = '(?:/v2)?/sandboxes';
  return [
    { method: 'POST', pattern: base, handler: { on: 'host', handle: createSandbox } },
    { method: 'GET', pattern: base, handler: { on: 'host', handle: listSandboxes } },
    { method: 'GET', pattern: `${base}/metrics`, handler: { on: 'host', handle: manySandboxMetrics } },
    { method: 'GET', pattern: '/v2/sandboxes/:id/logs', handler: { on: 'host', handle: readLogsV2 } },
    { method: 'GET', pattern: '/sandboxes/:id/logs', handler: { on: 'host', handle: readLogs } },
    { method: 'GET', pattern: `${base}/:id`, handler: { on: 'known', handle: showSandbox } },
    { method: 'DELETE', pattern: `${base}/:id`, handler: { on: 'known', handle: killSandbox } },
    { method: 'POST', pattern: `${base}/:id/connect`, handler: { on: 'known', handle: connectSandbox } },
    { method: 'POST', pattern: `${base}/:id/resume`, handler: { on: 'known', handle: resumeSandbox } },
    { method: 'POST', pattern: `${base}/:id/pause`, handler: { on: 'known', handle: pauseSandbox } },
    { method: 'POST', pattern: `${base}/:id/timeout`, handler: { on: 'sandbox', handle: setSandboxTimeout } },
    { method: 'POST', pattern: `${base}/:id/refreshes`, handler: { on: 'sandbox', handle: refreshSandbox } },
    { method: 'GET', pattern: `${base}/:id/metrics`, handler: { on: 'known', handle: sandboxMetrics } },
    { method: 'PUT', pattern: `${base}/:id/network`, handler: { on: 'sandbox', handle: updateNetwork } },
    { method: 'POST', pattern: `${base}/:id/fork`, handler: { on: 'known', handle: forkSandbox } },
    { method: 'POST', pattern: `${base}/:id/snapshots`, handler: { on: 'known', handle: createSnapshot } },
    { method: 'GET', pattern: '/snapshots', handler: { on: 'host', handle: listSnapshots } },
    // DELETE /templates/tags takes tags off templates, which storedRoutes() refuses.
    { method: 'DELETE', pattern: '/templates/(?!tags$):id', handler: { on: 'host', handle: deleteSnapshot } },
    ...storedRoutes(),
  ];
}

async function callHandler(handler: AnyHandler, context: ControlContext, call: ControlCall): Promise<Reply> {
  const sandboxId = call.id;
  if (handler.on === 'host') return await handler.handle(context, call);
  const known = context.registry.find(sandboxId);
  if (known && handler.on === 'known') return await handler.handle(context, call, known);
  const sandbox = context.registry.get(sandboxId);
  if (known && !sandbox) return failure(404, `Sandbox "${sandboxId}" is paused`);
  if (!sandbox || handler.on === 'known') return failure(404, `Sandbox "${sandboxId}" does not exist`);
  return await handler.handle(context, call, sandbox);
}

const killSandbox: KnownSandboxHandler = async (context, _call, sandbox) => {
  await context.registry.kill(sandbox.id);
  return { status: 204 };
};

/** Unlike `new URL`, this takes every target that a client can send. */
function parseTarget(target: string): { path: string; query: URLSearchParams } {
  const [path = '/', query = ''] = target.split('?', 2);
  return { path, query: new URLSearchParams(query) };
}

function decodeParams(params: Readonly<Record<string, string>>): Record<string, string> {
  try {
    return Object.fromEntries(
      Object.entries(params).map(([name, value]) => [name, decodeURIComponent(value)]),
    );
  } catch (cause) {
    throw new IrisError('USAGE_INVALID', 'The path is not properly encoded', { cause });
  }
}

function replyToError(error: unknown, logger: Logger): Reply {
  const { code, message, facts } = toIrisError(error);
  logger('host.call-failed', { code, message });
  return failure(facts.http, message, code === 'RATE_LIMITED' ? { 'retry-after': '1' } : {});
}
