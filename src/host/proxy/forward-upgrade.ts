import { ServerResponse, type ClientRequest, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { failure, type Reply } from '../http/reply.ts';
import { responseHeadersFor } from './header-filter.ts';
import { joinStreams } from './join-streams.ts';
import { passBack, refuse, replyFor } from './pass-back.ts';
import { sandboxNotFound, upstreamFailed } from './proxy-replies.ts';
import { openUpstream, type ForwardTarget } from './upstream-request.ts';

/** How long a program may think about an upgrade; nothing else would end one that both sides forget. */
const HANDSHAKE_TIMEOUT_MS = 60_000;

interface ClientEnd {
  readonly socket: Socket;
  /** What came after the request's head already. */
  readonly head: Buffer;
}

/** Passes a request for another protocol on, such as a WebSocket's, and then the bytes of that protocol both ways. */
export function forwardUpgrade(
  request: IncomingMessage,
  { socket, head }: ClientEnd,
  target: ForwardTarget,
): void {
  const wanted = request.headers.upgrade ?? '';
  const response = answerOn(socket, request);
  const upstream = openUpstream(request, target, ['Connection', 'Upgrade', 'Upgrade', wanted]);
  if (!upstream) return refuse(response, failure(400, 'The request cannot be passed on'));
  if (head.length > 0) socket.unshift(head);
  const answer = (reply: Reply): void => {
    settle();
    refuse(response, reply);
    upstream.destroy();
  };
  const unwatch = watchHandshake(socket, upstream, () => answer(failure(504, 'The program did not answer')));
  const offEnd = target.sandbox.onEnd(() => answer(sandboxNotFound(target.sandbox.id)));
  const settle = (): void => {
    unwatch();
    offEnd();
  };
  socket.once('close', settle);
  upstream.on('error', (error) => answer(replyFor(error, target)));
  upstream.on('response', (incoming) => {
    unwatch();
    incoming.once('close', offEnd);
    passBack(incoming, response);
  });
  upstream.on('upgrade', (incoming, channel, firstBytes) => {
    if (incoming.headers.upgrade?.toLowerCase() !== wanted.toLowerCase()) {
      channel.destroy();
      return answer(upstreamFailed('The sandbox changed to another protocol than it was asked for'));
    }
    settle();
    response.detachSocket(socket);
    socket.write(switchingHead(incoming, wanted), 'latin1');
    if (firstBytes.length > 0) channel.unshift(firstBytes);
    joinStreams(socket, channel);
  });
  upstream.end();
}

/** After an upgrade node:http has let go of the socket; an ordinary answer needs its own response on it. */
function answerOn(socket: Socket, request: IncomingMessage): ServerResponse {
  const response = new ServerResponse(request);
  response.shouldKeepAlive = false;
  response.assignSocket(socket);
  response.on('finish', () => {
    response.detachSocket(socket);
    // What the client still sends is for nobody; unread, it would turn the end into a reset.
    socket.resume().end();
  });
  return response;
}

/** Gives the upgrade up when the client leaves; calls `onTimeout` when the program takes too long. */
function watchHandshake(socket: Socket, upstream: ClientRequest, onTimeout: () => void): () => void {
  const timer = setTimeout(onTimeout, HANDSHAKE_TIMEOUT_MS);
  const leave = (): void => {
    upstream.destroy();
    socket.destroy();
  };
  // Nobody reads the socket yet, so the client's end shows only to who asks. Its bytes stay for later.
  const look = (): void => {
    if (socket.readableLength === 0) socket.read();
  };
  socket.on('readable', look).on('end', leave).on('close', leave);
  return () => {
    clearTimeout(timer);
    socket.off('readable', look).off('end', leave).off('close', leave);
  };
}

function switchingHead(incoming: IncomingMessage, protocol: string): string {
  const headers = responseHeadersFor(incoming.rawHeaders, { connection: incoming.headers.connection });
  const lines = ['HTTP/1.1 101 Switching Protocols', 'Connection: Upgrade', `Upgrade: ${protocol}`];
  for (let index = 0; index + 1 < headers.length; index += 2) {
    lines.push(`${headers[index] ?? ''}: ${headers[index + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
