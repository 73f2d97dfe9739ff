import type { IncomingMessage, Server } from 'node:http';
import type { Socket } from 'node:net';

/** Named in these, a server may change the protocol; it may as well ignore them (RFC 9110, 7.8). */
const ASKS_FOR_UPGRADE = new Set(['upgrade', 'http2-settings']);

interface UpgradeRequest {
  readonly request: IncomingMessage;
  readonly socket: Socket;
  /** What came after the request's head already. */
  readonly head: Buffer;
}

/** Lets the server read a request once more, as one that did not ask for another protocol. */
export function servePlainly(server: Server, { request, socket, head }: UpgradeRequest): void {
  const lines = [`${request.method ?? 'GET'} ${request.url ?? '/'} HTTP/${request.httpVersion}`];
  for (let index = 0; index + 1 < request.rawHeaders.length; index += 2) {
    const name = request.rawHeaders[index] ?? '';
    if (ASKS_FOR_UPGRADE.has(name.toLowerCase())) continue;
    lines.push(`${name}: ${request.rawHeaders[index + 1] ?? ''}`);
  }
  socket.unshift(Buffer.concat([Buffer.from(`${lines.join('\r\n')}\r\n\r\n`, 'latin1'), head]));
  server.emit('connection', socket);
}
