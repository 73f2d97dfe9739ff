import type { IncomingMessage } from 'node:http';
import { failure, type Reply } from '../http/reply.ts';

/** The refusal of a request that two servers in a row could read in two ways; undefined when there is but one. */
export function requestFault({ rawHeaders, headers }: IncomingMessage): Reply | undefined {
  if (countOf(rawHeaders, 'host') > 1) return failure(400, 'There is more than one Host header');
  const coding = headers['transfer-encoding'];
  // The codings before the last belong to the message: dropping their names would leave the body unreadable.
  if (coding !== undefined && coding.trim().toLowerCase() !== 'chunked') {
    return failure(501, 'The only transfer coding is "chunked"');
  }
  return undefined;
}

function countOf(rawHeaders: readonly string[], name: string): number {
  let count = 0;
  for (let index = 0; index < rawHeaders.length; index += 2) {
    if (rawHeaders[index]?.toLowerCase() === name) count += 1;
  }
  return count;
}
