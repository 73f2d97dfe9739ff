import {
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { Socket } from 'node:net';
import { IrisError } from '../../core/errors.ts';
import { failure, sendReply, type Reply } from '../http/reply.ts';
import { ENVD_PORT } from '../sandboxes/ask-agent.ts';
import type { LiveSandbox } from '../sandboxes/live-sandbox.ts';
import { requestHeadersFor, responseHeadersFor } from './header-filter.ts';
import { portClosed, sandboxNotFound, upstreamFailed } from './proxy-replies.ts';

interface ForwardTarget {
  readonly sandbox: LiveSandbox;
  readonly port: number;
  /** Path and query, as the sandbox shall see them. */
  readonly path: string;
}

/** Passes a request on to a port of a sandbox and its response back, both as streams. */
export function forward(request: IncomingMessage, response: ServerResponse, target: ForwardTarget): void {
  const upstream = openUpstream(request, target);
  if (!upstream) {
    sendReply(response, failure(400, 'The request cannot be passed on'));
    return;
  }
  const offHalt = target.sandbox.onHalt(() => refuse(response, sandboxNotFound(target.sandbox.id)));
  upstream.on('response', (incoming) => passBack(incoming, response));
  upstream.on('error', (error) => refuse(response, replyFor(error, target)));
  upstream.on('close', () => {
    if (!response.headersSent) sendReply(response, noAnswer());
    if (!request.complete) request.unpipe(upstream).resume();
  });
  request.on('error', () => upstream.destroy());
  response.on('close', () => {
    offHalt();
    if (response.writableFinished && !upstream.writableFinished) finishUpload(request, upstream);
    else upstream.destroy();
  });
  if (hasBody(request)) request.pipe(upstream);
  else upstream.end();
}

/** Undefined for the few targets and headers that node:http reads but does not write. */
function openUpstream(
  request: IncomingMessage,
  { sandbox, port, path }: ForwardTarget,
): ClientRequest | undefined {
  const headers = requestHeadersFor(request.rawHeaders, request.headers.connection);
  if (request.headers['transfer-encoding'] !== undefined) headers.push('Transfer-Encoding', 'chunked');
  if (request.headers.host === undefined) headers.push('Host', 'localhost');
  const agent = port === ENVD_PORT ? sandbox.envdAgent : sandbox.portAgent;
  try {
    return httpRequest({ agent, host: 'localhost', port, method: request.method, path, headers });
  } catch {
    return undefined;
  }
}

/** The sandbox has answered before it read everything: the rest still goes to it, as long as the client is there. */
function finishUpload(request: IncomingMessage, upstream: ClientRequest): void {
  const { socket } = request;
  const stop = (): void => {
    upstream.destroy();
  };
  upstream.on('finish', stop);
  socket.once('close', stop);
  upstream.once('close', () => socket.off('close', stop));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}

function passBack(incoming: IncomingMessage, response: ServerResponse): void {
  if (response.destroyed) {
    incoming.destroy();
    return;
  }
  incoming.on('error', () => resetClient(response));
  try {
    // The peer is hostile: a status or header that node:http parses may still be one that it does not write.
    response.writeHead(
      incoming.statusCode ?? 0,
      incoming.statusMessage,
      responseHeadersFor(incoming.rawHeaders, incoming.headers.connection),
    );
  } catch {
    incoming.destroy();
    refuse(response, upstreamFailed('The sandbox sent a malformed response'));
    return;
  }
  // A stream's head must not wait for its first bytes.
  if (incoming.headers['transfer-encoding'] !== undefined) response.flushHeaders();
  incoming.pipe(response);
}

/** Answers when nothing was answered yet; else the client must see that the stream broke, not that it ended. */
function refuse(response: ServerResponse, reply: Reply): void {
  if (response.headersSent) resetClient(response);
  else sendReply(response, reply);
}

function resetClient(response: ServerResponse): void {
  // What the sandbox has sent in full may still arrive.
  if (response.writableEnded) return;
  const { socket } = response;
  // An in-process connection is no TCP socket; there, destroying is the reset.
  if (socket instanceof Socket) socket.resetAndDestroy();
  else response.destroy();
}

function replyFor(error: Error, { sandbox, port }: ForwardTarget): Reply {
  if (!sandbox.isLive || sandbox.isPaused) return sandboxNotFound(sandbox.id);
  if (port !== ENVD_PORT && isRefusal(error)) return portClosed(sandbox.id, port);
  return noAnswer();
}

function noAnswer(): Reply {
  return upstreamFailed('The sandbox closed the connection without an answer');
}

/** The agent resets a channel with the reason why it could not connect it. */
function isRefusal(error: Error): boolean {
  const reason = error instanceof IrisError ? error.details?.['reason'] : undefined;
  return typeof reason === 'string' && /refused/i.test(reason);
}
