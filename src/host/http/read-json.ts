import type { IncomingMessage } from 'node:http';
import { IrisError } from '../../core/errors.ts';

/** Reads a whole request body as JSON; an empty body is `{}`. Throws USAGE_INVALID when it is too long or no JSON. */
export async function readJson(request: IncomingMessage, maxBytes: number): Promise<unknown> {
  const body = await readBody(request, maxBytes);
  if (body.length === 0) return {};
  try {
    const json: unknown = JSON.parse(body.toString());
    return json;
  } catch (cause) {
    throw new IrisError('USAGE_INVALID', 'The request body is not valid JSON', { cause });
  }
}

async function readBody(request: IncomingMessage, maxBytes: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of bodyOf(request)) {
    bytes += chunk.length;
    if (bytes > maxBytes) {
      throw new IrisError('USAGE_INVALID', `The request body is over ${maxBytes} bytes`);
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** Leaves the request open when the reader stops early, so that a refusal can still be sent. */
function bodyOf(request: IncomingMessage): AsyncIterable<Buffer> {
  return { [Symbol.asyncIterator]: () => request.iterator({ destroyOnReturn: false }) };
}
