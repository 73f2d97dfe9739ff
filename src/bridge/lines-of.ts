import type { Readable } from 'node:stream';
import { IrisError } from '../core/errors.ts';
import { LineSplitter } from './line-splitter.ts';
import { MAX_LINE_BYTES } from './wire.ts';

/** The lines that come on a connection, at the reader's pace. Throws IRIS_LIMIT_EXCEEDED for one that is too long. */
export async function* linesOf(connection: Readable): AsyncGenerator<Buffer, void> {
  const splitter = new LineSplitter(MAX_LINE_BYTES);
  try {
    for await (const chunk of connection.iterator({ destroyOnReturn: false })) {
      if (Buffer.isBuffer(chunk)) yield* splitter.push(chunk);
    }
  } catch (thrown) {
    if (thrown instanceof RangeError) {
      throw new IrisError('IRIS_LIMIT_EXCEEDED', `The bridge ended a connection: ${thrown.message}`, {
        hint: 'Send less at once: hand large data over in a file.',
      });
    }
    // The script has gone; what it sent before is still answered.
  }
}
