import { connect, type Socket } from 'node:net';
import type { EmbeddedHost } from '../../src/host/host.ts';

/** A TCP connection on which a test writes whatever bytes it likes. */
export interface RawClient extends Disposable {
  readonly socket: Socket;
  /** Everything that has come so far. */
  text(): string;
  /** Resolves when what has come matches; fails when the connection ends before. */
  expect(pattern: RegExp): Promise<RegExpExecArray>;
  /** Resolves when the connection is over, with what ended it. */
  readonly closed: Promise<'ended' | 'reset'>;
}

/** Connects to the port of a host. */
export function rawClient(host: EmbeddedHost, bytes?: string): RawClient {
  const socket = connect({ port: Number(new URL(host.url).port), host: '127.0.0.1', allowHalfOpen: true });
  const chunks: Buffer[] = [];
  const text = (): string => Buffer.concat(chunks).toString('latin1');
  let error: Error | undefined;
  socket.on('data', (chunk: Buffer) => chunks.push(chunk));
  socket.on('error', (cause) => {
    error = cause;
  });
  if (bytes !== undefined) socket.write(bytes, 'latin1');
  const closed = new Promise<'ended' | 'reset'>((resolve) => {
    socket.once('end', () => resolve('ended'));
    socket.once('close', () => resolve(error ? 'reset' : 'ended'));
  });
  const find = (pattern: RegExp): Promise<RegExpExecArray> =>
    new Promise((resolve, reject) => {
      const timer = setTimeout(() => reject(new Error(`No ${String(pattern)} in: ${text()}`)), 5000);
      const look = (): void => {
        const found = pattern.exec(text());
        if (!found) return;
        clearTimeout(timer);
        socket.off('data', look);
        resolve(found);
      };
      socket.on('data', look);
      look();
    });
  return { socket, text, expect: find, closed, [Symbol.dispose]: () => socket.destroy() };
}

/** The head of a request for a WebSocket on a port of a sandbox. */
export function upgradeHead(
  { sandboxID }: { readonly sandboxID: string },
  { port = 3000, protocol = 'websocket', extra = '' } = {},
): string {
  return (
    `GET /chat?x=1 HTTP/1.1\r\nHost: localhost\r\nE2b-Sandbox-Id: ${sandboxID}\r\nE2b-Sandbox-Port: ${port}\r\n` +
    `Connection: Upgrade\r\nUpgrade: ${protocol}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n${extra}\r\n`
  );
}
