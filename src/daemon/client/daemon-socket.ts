import { connect, type Socket } from 'node:net';

/** A connection whose bytes come in large pieces, each to be used or kept as it is. */
export interface DaemonSocket {
  readonly socket: Socket;
  /** Sets who takes the bytes; nothing comes in before the first request is answered. */
  readonly onBytes: (taker: (bytes: Buffer) => void) => void;
}

/** A third of the events of Node's own 64 KiB reads, for about what a unix socket holds. */
const READ_BYTES = 256 * 1024;
const SLAB_BYTES = 4 * READ_BYTES;

/** Connects to the daemon's socket. Rejects with Node's own error. */
export function connectToDaemon(path: string): Promise<DaemonSocket> {
  let slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
  let used = 0;
  let take: (bytes: Buffer) => void = () => undefined;
  const room = (): Buffer => {
    if (slab.length - used < READ_BYTES) {
      slab = Buffer.allocUnsafeSlow(SLAB_BYTES);
      used = 0;
    }
    return slab.subarray(used);
  };
  return new Promise((resolve, reject) => {
    const socket: Socket = connect({
      path,
      onread: {
        buffer: room,
        callback: (byteCount): boolean => {
          const bytes = slab.subarray(used, used + byteCount);
          used += byteCount;
          take(bytes);
          return !socket.isPaused();
        },
      },
    });
    socket.once('error', reject);
    socket.once('connect', () => {
      socket.off('error', reject);
      resolve({
        socket,
        onBytes: (taker) => {
          take = taker;
        },
      });
    });
  });
}
