import type { ClientRequest, IncomingMessage, ServerResponse } from 'node:http';
import { failure, sendReply } from '../http/reply.ts';
import { sandboxNotFound } from './proxy-replies.ts';
import { trailersFor } from './header-filter.ts';
import { passBack, refuse, replyFor } from './pass-back.ts';
import { openUpstream, type ForwardTarget } from './upstream-request.ts';

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
    if (!response.headersSent) sendReply(response, replyFor(undefined, target));
    if (!request.complete) request.unpipe(upstream).resume();
  });
  request.on('error', () => upstream.destroy());
  response.on('close', () => {
    offHalt();
    if (response.writableFinished && !upstream.writableFinished) finishUpload(request, upstream);
    else upstream.destroy();
  });
  sendBody(request, upstream);
}

function sendBody(request: IncomingMessage, upstream: ClientRequest): void {
  if (!hasBody(request)) {
    upstream.end();
    return;
  }
  request.once('end', () => {
    if (request.rawTrailers.length > 0) addTrailers(request, upstream);
  });
  request.pipe(upstream);
}

function addTrailers(request: IncomingMessage, upstream: ClientRequest): void {
  try {
    upstream.addTrailers(trailersFor(request.rawTrailers));
  } catch {
    upstream.destroy();
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
  // Once a response is complete, node:http no longer says when there is room for more of the request.
  const channel = upstream.socket;
  const goOn = (): void => void upstream.emit('drain');
  channel?.on('drain', goOn);
  upstream.once('close', () => channel?.off('drain', goOn));
  if (channel?.writableNeedDrain === false) goOn();
}

function hasBody({ headers }: IncomingMessage): boolean {
  return headers['content-length'] !== undefined || headers['transfer-encoding'] !== undefined;
}
