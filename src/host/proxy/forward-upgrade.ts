import { ServerResponse, type IncomingMessage } from 'node:http';
import type { Socket } from 'node:net';
import { failure } from '../http/reply.ts';
import { refuse, replyFor } from './pass-back.ts';
import { openUpstream, type ForwardTarget } from './upstream-request.ts';
import { UpgradeHandshake } from './upgrade-handshake.ts';

/** For the client's own end, after the last answer on its connection. */
const LINGER_MS = 5000;

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
  const protocol = request.headers.upgrade ?? '';
  const response = answerOn(socket, request);
  const upstream = openUpstream(request, target, ['Connection', 'Upgrade', 'Upgrade', protocol]);
  if (!upstream) return refuse(response, failure(400, 'The request cannot be passed on'));
  if (head.length > 0) socket.unshift(head);
  const handshake = new UpgradeHandshake({ socket, response, upstream, sandbox: target.sandbox, protocol });
  upstream.on('error', (error) => handshake.refuse(replyFor(error, target)));
  upstream.on('response', (incoming) => handshake.decline(incoming));
  upstream.on('upgrade', (incoming, channel, firstBytes) => {
    if (firstBytes.length > 0) channel.unshift(firstBytes);
    handshake.accept(incoming, channel);
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
    socket.setTimeout(LINGER_MS, () => socket.destroy());
  });
  return response;
}
