import { once } from 'node:events';
import { createWriteStream, type WriteStream } from 'node:fs';
import { IrisError } from '../../core/errors.ts';

/** Where an export goes. */
export interface Output {
  readonly stream: NodeJS.WritableStream;
  /** Waits until everything is in the file. */
  close(): Promise<void>;
}

/** Opens a file that only its owner may read, or standard output without one and for `-`. Throws OUTPUT_UNWRITABLE. */
export async function openOutput(file: string | undefined): Promise<Output> {
  if (file === undefined || file === '-') return { stream: process.stdout, close: async () => undefined };
  const stream = createWriteStream(file, { mode: 0o600 });
  await orUnwritable(file, once(stream, 'open'));
  return { stream, close: async () => await orUnwritable(file, finish(stream)) };
}

async function finish(stream: WriteStream): Promise<void> {
  stream.end();
  await once(stream, 'finish');
}

async function orUnwritable(file: string, step: Promise<unknown>): Promise<void> {
  try {
    await step;
  } catch (cause) {
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IrisError('OUTPUT_UNWRITABLE', `Cannot write ${file}: ${reason}`, {
      hint: 'Name a file in a folder that is there, or leave it out for standard output.',
      cause,
    });
  }
}
