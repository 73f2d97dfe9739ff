import { createServer, type Server } from 'node:net';
import type { Duplex } from 'node:stream';
import { EGRESS_PROXY_PORT } from '../../core/egress-wire.ts';

const MAX_CONNECTIONS = 256;

/** The sandbox's way out, as its programs see it: a proxy on loopback. */
export interface ProxyListener {
  /** Listens, unless it does already. Throws when the port is taken. */
  open(): Promise<void>;
  close(): void;
}

/** Passes every byte that programs send to the proxy on to the host, which alone decides what may leave. */
export function proxyListener(openChannel: () => Duplex): ProxyListener {
  let server: Promise<Server> | undefined;
  return {
    open: async () => {
      server ??= listen(openChannel);
      await server;
    },
    close: () => void server?.then((opened) => opened.close()).catch(() => undefined),
  };
}

function listen(openChannel: () => Duplex): Promise<Server> {
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (socket) => {
    const channel = openChannel();
    socket.on('error', () => channel.destroy());
    channel.on('error', () => socket.resetAndDestroy());
    socket.once('close', () => channel.destroy());
    channel.once('close', () => socket.destroy());
    socket.pipe(channel);
    channel.pipe(socket);
  });
  server.maxConnections = MAX_CONNECTIONS;
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(EGRESS_PROXY_PORT, '127.0.0.1', () => resolve(server));
  });
}
