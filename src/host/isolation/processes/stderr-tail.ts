import type { Readable } from 'node:stream';

const MAX_BYTES = 4096;

/** The last 4 KiB of a stream, which is read to its end so that its writer never blocks. */
export interface StderrTail {
  text(): string;
  /** Resolves when the stream has ended. */
  readonly ended: Promise<void>;
}

/** Starts to read `stream` and keeps its tail. */
export function keepTail(stream: Readable): StderrTail {
  let tail = Buffer.alloc(0);
  stream.on('data', (chunk: Buffer) => {
    tail = Buffer.concat([tail, chunk.subarray(-MAX_BYTES)]).subarray(-MAX_BYTES);
  });
  const ended = new Promise<void>((resolve) => {
    stream.once('close', resolve);
    stream.once('error', () => resolve());
  });
  return { ended, text: () => tail.toString() };
}
