import type { Readable, Writable } from 'node:stream';
import type { McpServerFactory } from '@modelcontextprotocol/server';
import { serveStdio, StdioServerTransport } from '@modelcontextprotocol/server/stdio';

export interface StdioOptions {
  readonly input: Readable;
  readonly output: Writable;
  readonly onError: (error: Error) => void;
  /** Ends the serving, as the end of the input does. */
  readonly signal: AbortSignal;
}

/** As large as the largest prompt with room to spare. */
const MAX_MESSAGE_BYTES = 32 * 1024 * 1024;

/** Serves one client over a pair of streams, in whichever era of the protocol it speaks, until its input ends. */
export async function serveOverStdio(factory: McpServerFactory, options: StdioOptions): Promise<void> {
  const { input, output, onError, signal } = options;
  const transport = new StdioServerTransport(input, output, { maxBufferSize: MAX_MESSAGE_BYTES });
  const ended = untilEnded(input, output, signal);
  const handle = serveStdio(factory, { transport, onerror: onError });
  try {
    await ended;
  } finally {
    await handle.close();
    // Otherwise a pipe that stays open keeps the process.
    input.destroy();
  }
}

/** A client that is gone ends its side of either stream. */
function untilEnded(input: Readable, output: Writable, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const end = (): void => resolve();
    input.once('end', end).once('close', end).once('error', end);
    output.once('close', end).once('error', end);
    if (signal.aborted) end();
    else signal.addEventListener('abort', end, { once: true });
  });
}
