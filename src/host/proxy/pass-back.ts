import type { IncomingMessage, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import { IrisError } from '../../core/errors.ts';
import { sendReply, type Reply } from '../http/reply.ts';
import { ENVD_PORT } from '../sandboxes/ask-agent.ts';
import { responseHeadersFor, trailersFor } from './header-filter.ts';
import { portClosed, sandboxNotFound, upstreamFailed } from './proxy-replies.ts';
import type { ForwardTarget } from './upstream-request.ts';

/** Sends a sandbox's response on to the client, as a stream. */
export function passBack(incoming: IncomingMessage, response: ServerResponse): void {
  if (response.destroyed) {
    incoming.destroy();
    return;
  }
  incoming.on('error', () => resetClient(response));
  try {
    // The peer is hostile: a status or header that node:http parses may still be one that it does not write.
    response.writeHead(incoming.statusCode ?? 0, incoming.statusMessage, headersFor(incoming));
  } catch {
    incoming.destroy();
    refuse(response, upstreamFailed('The sandbox sent a malformed response'));
    return;
  }
  // A stream's head must not wait for its first bytes.
  if (incoming.headers['transfer-encoding'] !== undefined) response.flushHeaders();
  incoming.once('end', () => addTrailers(incoming, response));
  incoming.pipe(response);
}

/** Answers when nothing was answered yet; else the client must see that the stream broke, not that it ended. */
export function refuse(response: ServerResponse, reply: Reply): void {
  if (response.headersSent) resetClient(response);
  else sendReply(response, reply);
}

/** What to tell a client whose request a sandbox did not answer. */
export function replyFor(error: Error | undefined, { sandbox, port }: ForwardTarget): Reply {
  if (!sandbox.isLive || sandbox.isPaused) return sandboxNotFound(sandbox.id);
  if (port !== ENVD_PORT && error && isRefusal(error)) return portClosed(sandbox.id, port);
  return upstreamFailed('The sandbox closed the connection without an answer');
}

function headersFor(incoming: IncomingMessage): string[] {
  const { connection, trailer } = incoming.headers;
  const headers = responseHeadersFor(incoming.rawHeaders, { connection });
  // Only a body in chunks has a place for what this announces.
  if (trailer !== undefined && incoming.headers['transfer-encoding'] !== undefined) {
    headers.push('Transfer-Encoding', 'chunked', 'Trailer', trailer);
  }
  return headers;
}

function addTrailers(incoming: IncomingMessage, response: ServerResponse): void {
  if (incoming.rawTrailers.length === 0) return;
  try {
    response.addTrailers(trailersFor(incoming.rawTrailers));
  } catch {
    resetClient(response);
  }
}

function resetClient(response: ServerResponse): void {
  // What the sandbox has sent in full may still arrive.
  if (response.writableEnded) return;
  const { socket } = response;
  // An in-process connection is no TCP socket; there, destroying is the reset.
  if (socket instanceof Socket) socket.resetAndDestroy();
  else response.destroy();
}

/** The agent resets a channel with the reason why it could not connect it. */
function isRefusal(error: Error): boolean {
  const reason = error instanceof IrisError ? error.details?.['reason'] : undefined;
  return typeof reason === 'string' && /refused/i.test(reason);
}
