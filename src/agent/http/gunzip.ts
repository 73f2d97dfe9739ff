import { gunzipSync } from 'node:zlib';
import { ConnectFailure } from '../../core/connect-failure.ts';

/** Unzips what a client has zipped. Throws invalid_argument, and resource_exhausted when it is larger than `maxBytes`. */
export function gunzip(bytes: Buffer, maxBytes: number): Buffer {
  // Connect lets an empty message be sent as it is.
  if (bytes.length === 0) return bytes;
  try {
    return gunzipSync(bytes, { maxOutputLength: maxBytes });
  } catch (cause) {
    if (cause instanceof RangeError) throw tooLarge(maxBytes);
    throw new ConnectFailure('invalid_argument', `decompress: ${String(cause)}`, { cause });
  }
}

/** The failure of a message that is longer than the agent takes. */
export function tooLarge(maxBytes: number): ConnectFailure {
  return new ConnectFailure('resource_exhausted', `the request is larger than ${maxBytes} bytes`);
}
