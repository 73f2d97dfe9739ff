import { once } from 'node:events';
import { connect, createServer, type Socket } from 'node:net';

export interface DelayProxy extends AsyncDisposable {
  readonly port: number;
}

/** Sees what goes through. */
export interface Onlooker {
  readonly onConnection: () => void;
  readonly onRequestBytes: (bytes: Buffer) => void;
}

const TIMER_SLACK_MS = 2;

interface Piece {
  readonly dueAt: number;
  /** Undefined stands for the end. */
  readonly bytes: Buffer | undefined;
}

/**
 * A port that leads to another one of this machine as over a long way: each byte arrives `oneWayMs` later, in its
 * order and as fast as ever, and a new connection first costs the round trip of its handshake.
 */
export async function openDelayProxy(
  toPort: number,
  oneWayMs: number,
  onlooker?: Onlooker,
): Promise<DelayProxy> {
  const sockets = new Set<Socket>();
  const server = createServer({ allowHalfOpen: true, noDelay: true }, (near) => {
    const far = connect({ port: toPort, host: '127.0.0.1', allowHalfOpen: true, noDelay: true });
    const acceptedAt = performance.now();
    onlooker?.onConnection();
    if (onlooker !== undefined) near.on('data', onlooker.onRequestBytes);
    delay(near, far, oneWayMs, acceptedAt + 2 * oneWayMs);
    delay(far, near, oneWayMs, acceptedAt);
    for (const [socket, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(socket);
      socket.on('error', () => other.destroy());
      socket.once('close', () => {
        sockets.delete(socket);
        setTimeout(() => other.destroy(), oneWayMs);
      });
    }
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  return {
    port: typeof address === 'object' && address !== null ? address.port : 0,
    [Symbol.asyncDispose]: async () => {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function delay(from: Socket, to: Socket, oneWayMs: number, openAt: number): void {
  const pieces: Piece[] = [];
  const pass = (): void => {
    for (let piece = pieces[0]; piece !== undefined; piece = pieces[0]) {
      const waitMs = piece.dueAt - performance.now();
      if (waitMs > 0) return wake(pass, waitMs);
      pieces.shift();
      if (piece.bytes === undefined) to.end();
      else if (to.writable) to.write(piece.bytes);
    }
  };
  const add = (bytes: Buffer | undefined): void => {
    pieces.push({ dueAt: Math.max(performance.now(), openAt) + oneWayMs, bytes });
    if (pieces.length === 1) pass();
  };
  from.on('data', add);
  from.once('end', () => add(undefined));
}

/** Timers are exact to a millisecond or two, so that the rest is waited for turn by turn. */
function wake(work: () => void, waitMs: number): void {
  if (waitMs > TIMER_SLACK_MS) setTimeout(work, waitMs - TIMER_SLACK_MS);
  else setImmediate(work);
}
