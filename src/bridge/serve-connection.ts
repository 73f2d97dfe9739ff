import { once } from 'node:events';
import type { Duplex } from 'node:stream';
import { toIrisError, type IrisError } from '../core/errors.ts';
import { readRequest } from './read-request.ts';
import type { BridgeRequest } from './wire.ts';

type Question = Extract<BridgeRequest, { readonly id: string }>;

/** Whoever answers the requests of a connection. */
export interface Answerer {
  room(): Promise<void>;
  /** `bytes` is how long the question was. */
  answer(question: Question, bytes: number): Promise<Buffer>;
  cancel(id: string): void;
}

/** What a script may leave unread before its next requests wait. */
const MAX_UNREAD_BYTES = 1024 * 1024;

/**
 * Answers the requests of one connection, many at a time, until it ends. A malformed one is answered with what is
 * wrong and harms no other.
 */
export async function serveConnection(
  connection: Duplex,
  lines: AsyncIterable<Buffer>,
  answerer: Answerer,
): Promise<void> {
  const answering = new Set<Promise<void>>();
  for await (const line of lines) {
    const request = read(line);
    if ('method' in request) {
      if (request.method === 'hello') continue;
      if (request.method === 'cancel') {
        answerer.cancel(request.params.id);
        continue;
      }
      await answerer.room();
      const done = answerer
        .answer(request, line.length)
        .then((answer) => send(connection, answer))
        .finally(() => answering.delete(done));
      answering.add(done);
    } else {
      send(connection, request.refusal);
    }
    if (connection.writableLength > MAX_UNREAD_BYTES) await drained(connection);
  }
  await Promise.all(answering);
  connection.end();
}

function read(line: Buffer): BridgeRequest | { readonly refusal: Buffer } {
  try {
    return readRequest(line);
  } catch (thrown) {
    const error = toIrisError(thrown);
    const id = error.details?.['id'];
    return { refusal: toLine(typeof id === 'string' ? id : null, error) };
  }
}

function toLine(id: string | null, error: IrisError): Buffer {
  return Buffer.from(`${JSON.stringify({ id, error })}\n`);
}

function send(connection: Duplex, line: Buffer): void {
  if (connection.writable) connection.write(line);
}

async function drained(connection: Duplex): Promise<void> {
  const gone = new AbortController();
  const leave = (): void => gone.abort();
  connection.once('close', leave);
  await once(connection, 'drain', { signal: gone.signal }).catch(() => undefined);
  connection.off('close', leave);
}
