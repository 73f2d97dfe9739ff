import type { IncomingMessage, ServerResponse } from 'node:http';
import { IrisError, toIrisError } from '../../core/errors.ts';
import type { Logger } from '../../core/logger.ts';
import { failure, sendReply, type Reply } from '../http/reply.ts';
import { compileRoutes, type RouteRow } from '../http/router.ts';
import { isSameSecret } from '../http/same-secret.ts';
import { connectSandbox } from './connect.ts';
import { createSandbox } from './create.ts';
import type { ControlCall, ControlContext, ControlHandler, SandboxHandler } from './handler.ts';
import { showSandbox } from './info.ts';
import { listSandboxes } from './list.ts';
import { readLogs, readLogsV2 } from './logs/read-logs.ts';
import { manySandboxMetrics, sandboxMetrics } from './metrics.ts';
import { storedRoutes } from './stored-routes.ts';
import { refreshSandbox, setSandboxTimeout } from './timeout.ts';

interface ControlPlaneOptions {
  readonly context: ControlContext;
  readonly apiKey: string;
  readonly logger: Logger;
}

type AnyHandler =
  | { readonly on: 'host'; readonly handle: ControlHandler }
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
      if (path === '/health' && request.method === 'GET') return { status: 200, body: { status: 'ok' } };
      if (!isSameSecret(request.headers['x-api-key'], apiKey))
        return failure(401, 'The API key is missing or wrong');
      const found = match(request.method ?? '', path);
      if (!found) return failure(404, `The embedded host has no ${request.method ?? ''} ${path}`);
      const call = { request, query, params: decodeParams(found.params), signal: abort.signal };
      return await callHandler(found.handler, { context, call });
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
    { method: 'GET', pattern: `${base}/:id`, handler: { on: 'sandbox', handle: showSandbox } },
    { method: 'DELETE', pattern: `${base}/:id`, handler: { on: 'sandbox', handle: killSandbox } },
    { method: 'POST', pattern: `${base}/:id/connect`, handler: { on: 'sandbox', handle: connectSandbox } },
    { method: 'POST', pattern: `${base}/:id/timeout`, handler: { on: 'sandbox', handle: setSandboxTimeout } },
    { method: 'POST', pattern: `${base}/:id/refreshes`, handler: { on: 'sandbox', handle: refreshSandbox } },
    { method: 'GET', pattern: `${base}/:id/metrics`, handler: { on: 'sandbox', handle: sandboxMetrics } },
    ...storedRoutes(),
    ...unsupportedRows(),
  ];
}

/** A 404 would read as "no such sandbox" to the SDK. */
function unsupportedRows(): RouteRow<AnyHandler>[] {
  const calls = [
    ['POST', 'pause'],
    ['POST', 'resume'],
    ['POST', 'fork'],
    ['POST', 'snapshots'],
    ['PUT', 'network'],
  ] as const;
  return calls.map(([method, name]) => {
    const reply = failure(501, `The embedded host does not support: ${name}`);
    const handle = (): Promise<Reply> => Promise.resolve(reply);
    return { method, pattern: `(?:/v2)?/sandboxes/:id/${name}`, handler: { on: 'host', handle } };
  });
}

async function callHandler(
  handler: AnyHandler,
  { context, call }: { context: ControlContext; call: ControlCall },
): Promise<Reply> {
  if (handler.on === 'host') return await handler.handle(context, call);
  const sandboxId = call.params['id'] ?? '';
  const sandbox = context.registry.get(sandboxId);
  if (!sandbox) return failure(404, `Sandbox "${sandboxId}" does not exist`);
  return await handler.handle(context, call, sandbox);
}

const killSandbox: SandboxHandler = async (_context, _call, sandbox) => {
  await sandbox.kill();
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
