import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { DataPlane } from './data-plane.ts';
import { servePlainly } from './serve-plainly.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** Takes every request of a server: what is meant for a sandbox goes there, `answerHost` gets the rest. */
export function serveData(server: Server, dataPlane: DataPlane, answerHost: Answer): void {
  const pending = new WeakMap<Duplex, ServerResponse>();
  server.on('request', (request, response) => {
    pending.set(request.socket, response);
    if (!dataPlane.handleRequest(request, response)) void answerHost(request, response);
  });
  server.on('upgrade', (request, socket, head) => {
    // Sent before the last answer was there, it would put two answers on one socket at the same time.
    const isTooEarly = pending.get(socket)?.writableFinished === false;
    if (isTooEarly || !(socket instanceof Socket)) {
      socket.destroy();
      return;
    }
    // From here on node:http looks no more after errors of this socket.
    socket.on('error', ignoreError);
    if (dataPlane.handleUpgrade(request, socket, head)) return;
    socket.off('error', ignoreError);
    servePlainly(server, { request, socket, head });
  });
  server.on('connect', (_request, socket) => refuseTunnel(socket));
}

/** The host is no way out: a tunnel would lead past every check. */
function refuseTunnel(socket: Duplex): void {
  socket.on('error', ignoreError);
  socket.resume().end('HTTP/1.1 405 Method Not Allowed\r\nConnection: close\r\nContent-Length: 0\r\n\r\n');
}

/** Whoever shares a socket learns of its end by 'close'. */
function ignoreError(): void {
  // The error itself tells nobody anything.
}
