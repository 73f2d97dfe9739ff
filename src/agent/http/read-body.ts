import type { IncomingMessage } from 'node:http';
import { ConnectFailure } from '../../core/connect-failure.ts';
import { gunzip, tooLarge } from './gunzip.ts';

/** Reads a whole request and unzips it. Throws resource_exhausted when it is larger than `maxBytes`. */
export async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (!Buffer.isBuffer(chunk)) continue;
    bytes += chunk.length;
    if (bytes > maxBytes) throw tooLarge(maxBytes);
    chunks.push(chunk);
  }
  const body = chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks);
  const coding = request.headers['content-encoding'] ?? 'identity';
  if (coding === 'identity') return body;
  if (coding === 'gzip') return gunzip(body, maxBytes);
  throw new ConnectFailure('unimplemented', `unknown compression "${coding}": supported is gzip`);
}
