import type { Readable } from 'node:stream';

/** Enough to keep this end busy while the other one sends the next chunk. */
const MAX_WAITING_BYTES = 256 * 1024;

/**
 * The chunks of a byte stream as they come in, as many at a time as there are. The stream's own iterator joins what
 * waits into one copy, which costs bulk output a tenth of its speed. Throws the stream's error. When left, `leave` lets
 * go of the stream; by default it is destroyed.
 */
export async function* chunksOf(
  stream: Readable,
  leave: (stream: Readable) => void = (left) => void left.destroy(),
): AsyncGenerator<readonly Buffer[], void> {
  const inbox = openInbox(stream);
  try {
    for (;;) {
      const chunks = inbox.take();
      if (chunks.length > 0) {
        yield chunks;
        stream.resume();
      } else if (inbox.isOver()) return;
      else await inbox.more();
    }
  } finally {
    leave(stream);
  }
}

/** How long the rest of a stream may take. */
const REST_MS = 5_000;

/** Reads a stream to its end and throws it away, so that its connection can serve others. */
export function discard(stream: Readable): void {
  if (stream.destroyed || stream.readableEnded) return;
  const late = setTimeout(() => stream.destroy(), REST_MS);
  late.unref();
  stream.once('close', () => clearTimeout(late));
  stream.removeAllListeners('data').resume();
}

interface Inbox {
  take(): Buffer[];
  /** Throws what broke the stream. */
  isOver(): boolean;
  more(): Promise<void>;
}

function openInbox(stream: Readable): Inbox {
  let waiting: Buffer[] = [];
  let waitingBytes = 0;
  let isOver = stream.destroyed;
  let failure = stream.errored;
  let wake = (): void => undefined;
  const end = (error?: Error): void => {
    failure ??= error ?? null;
    isOver = true;
    wake();
  };
  stream.on('data', (chunk: Buffer) => {
    waiting.push(chunk);
    waitingBytes += chunk.length;
    if (waitingBytes >= MAX_WAITING_BYTES) stream.pause();
    wake();
  });
  stream.on('error', end);
  stream.once('end', () => end()).once('close', () => end());
  // It may have been paused until somebody listens.
  stream.resume();
  return {
    take: () => {
      const taken = waiting;
      waiting = [];
      waitingBytes = 0;
      return taken;
    },
    isOver: () => {
      if (isOver && failure !== null) throw failure;
      return isOver;
    },
    more: () => new Promise((resolve) => (wake = resolve)),
  };
}
