import type { IncomingMessage } from 'node:http';
import { COMPRESSED, EnvelopeDecoder, type Envelope } from '../../core/connect-envelope.ts';
import { ConnectFailure } from '../../core/connect-failure.ts';
import type { StreamCodec } from './event-stream.ts';
import { gunzip } from '../http/gunzip.ts';
import { readBody } from '../http/read-body.ts';

const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;
const MAX_BODY_BYTES = MAX_MESSAGE_BYTES + 1024;

/** How the messages of a stream are written. */
export function codecOf(request: IncomingMessage): StreamCodec {
  return request.headers['content-type']?.startsWith('application/connect+proto') ? 'proto' : 'json';
}

/** The single message that the request of a server stream consists of. Throws invalid_argument and others. */
export async function readOnlyMessage(request: IncomingMessage): Promise<Buffer> {
  const decoder = new EnvelopeDecoder(MAX_MESSAGE_BYTES);
  const [envelope, ...more] = decode(decoder, await readBody(request, MAX_BODY_BYTES));
  if (!envelope || more.length > 0 || decoder.isPartial) {
    throw new ConnectFailure('invalid_argument', 'protocol error: expected exactly one message');
  }
  return payloadOf(request, envelope);
}

/** The messages of a client stream as they come in. Throws invalid_argument when it ends within one. */
export async function* readMessages(request: IncomingMessage): AsyncGenerator<Buffer> {
  const decoder = new EnvelopeDecoder(MAX_MESSAGE_BYTES);
  for await (const chunk of request.iterator({ destroyOnReturn: false })) {
    if (Buffer.isBuffer(chunk)) yield* decode(decoder, chunk).map((envelope) => payloadOf(request, envelope));
  }
  if (decoder.isPartial) {
    throw new ConnectFailure('invalid_argument', 'protocol error: incomplete envelope');
  }
}

function decode(decoder: EnvelopeDecoder, bytes: Buffer): Envelope[] {
  try {
    return decoder.push(bytes);
  } catch (cause) {
    throw new ConnectFailure('resource_exhausted', String(cause), { cause });
  }
}

function payloadOf({ headers }: IncomingMessage, { flags, payload }: Envelope): Buffer {
  if ((flags & COMPRESSED) === 0) return payload;
  const coding = headers['connect-content-encoding'] ?? 'identity';
  if (coding === 'gzip') return gunzip(payload, MAX_MESSAGE_BYTES);
  throw new ConnectFailure('unimplemented', `unknown compression "${String(coding)}": supported is gzip`);
}
