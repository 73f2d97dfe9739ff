import { ConnectFailure } from '../../core/connect-failure.ts';
import type { Metadata } from '../filesystem/xattr-tool.ts';

const PREFIX = 'x-metadata-';
const XATTR_PREFIX_BYTES = 'user.e2b.'.length;
const MAX_KEY_BYTES = 246;
const MAX_TOTAL_BYTES = 4096;
const PRINTABLE_ASCII = /^[\x20-\x7e]*$/;

/** The metadata in `X-Metadata-<key>: <value>` headers, the first of each key. Throws invalid_argument. */
export function metadataOf(rawHeaders: readonly string[]): Metadata {
  const found = new Map<string, string>();
  let totalBytes = 0;
  for (let index = 0; index + 1 < rawHeaders.length; index += 2) {
    const name = rawHeaders[index]?.toLowerCase() ?? '';
    const key = name.slice(PREFIX.length);
    if (!name.startsWith(PREFIX) || found.has(key)) continue;
    const value = rawHeaders[index + 1] ?? '';
    expectPlain(key, value);
    totalBytes += XATTR_PREFIX_BYTES + key.length + value.length;
    found.set(key, value);
  }
  if (totalBytes > MAX_TOTAL_BYTES) throw invalid(`metadata is larger than ${MAX_TOTAL_BYTES} bytes`);
  return Object.fromEntries(found);
}

function expectPlain(key: string, value: string): void {
  if (key === '' || key.length > MAX_KEY_BYTES) {
    throw invalid(`a metadata key has between 1 and ${MAX_KEY_BYTES} characters`);
  }
  if (PRINTABLE_ASCII.test(key) && PRINTABLE_ASCII.test(value)) return;
  throw invalid(`metadata '${key}' is not printable ASCII`);
}

function invalid(message: string): ConnectFailure {
  return new ConnectFailure('invalid_argument', message);
}
