import { constants, type BigIntStats } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip, constants as zlib } from 'node:zlib';
import { ConnectFailure } from '../../core/connect-failure.ts';
import { errnoOf } from '../../core/errors.ts';
import { wantsGzip } from '../http/accepted-coding.ts';
import { parseByteRange, type ByteRange } from '../http/byte-range.ts';
import { parseFileRequest, replyFileFailure } from './file-request.ts';
import { isRangeWanted, isUnchanged, validatorsOf } from './file-validators.ts';
import { isMissing } from '../filesystem/errno-failure.ts';
import { replyEmpty } from '../http/reply.ts';
import { resolveSandboxPath } from '../user/sandbox-path.ts';

const CHUNK_BYTES = 256 * 1024;
const NOT_MODIFIED = 304;
const UNSATISFIABLE = 416;

/** GET and HEAD /files: the bytes of one file, or a part of them. */
export async function serveDownload(
  home: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const target = parseFileRequest(request, home);
    const file = resolveSandboxPath(target.path ?? '', target.home);
    const handle = await openFile(file);
    try {
      await answer({ handle, file, stats: await statsOf(handle, file) }, request, response);
    } finally {
      await handle.close();
    }
  } catch (thrown) {
    replyFileFailure(request, response, thrown);
  }
}

async function openFile(file: string): Promise<FileHandle> {
  try {
    // Without blocking, as a pipe that nobody writes to would hold a thread for ever.
    return await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOCTTY);
  } catch (cause) {
    const errno = errnoOf(cause) ?? String(cause);
    if (isMissing(cause)) throw new ConnectFailure('not_found', `path '${file}' does not exist`, { cause });
    if (errno === 'ENXIO') throw notRegular(file);
    const code = errno === 'ENAMETOOLONG' || errno === 'ELOOP' ? 'invalid_argument' : 'permission_denied';
    throw new ConnectFailure(code, `error opening '${file}': ${errno}`, { cause });
  }
}

async function statsOf(handle: FileHandle, file: string): Promise<BigIntStats> {
  const stats = await handle.stat({ bigint: true });
  if (stats.isDirectory()) throw new ConnectFailure('invalid_argument', `path '${file}' is a directory`);
  if (!stats.isFile()) throw notRegular(file);
  return stats;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly file: string;
  readonly stats: BigIntStats;
}

async function answer(source: OpenFile, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { headers } = request;
  const validators = validatorsOf(source.stats);
  response.setHeader('etag', validators.etag);
  response.setHeader('last-modified', validators.lastModified);
  response.setHeader('vary', 'Accept-Encoding');
  if (isUnchanged(headers, validators)) return replyEmpty(response, NOT_MODIFIED);
  response.setHeader('content-type', 'application/octet-stream');
  response.setHeader('content-disposition', `inline; filename*=UTF-8''${encodedName(source.file)}`);
  const isHead = request.method === 'HEAD';
  // The kernel's own files claim to be empty.
  if (source.stats.size === 0n) return isHead ? replyEmpty(response, 200) : sendUnsized(source, response);
  if (headers.range === undefined && wantsGzip(headers['accept-encoding'])) {
    response.setHeader('content-encoding', 'gzip');
    return isHead ? replyEmpty(response, 200) : sendZipped(source, response);
  }
  response.setHeader('accept-ranges', 'bytes');
  const sizeBytes = Number(source.stats.size);
  const wanted = isRangeWanted(headers, validators) ? headers.range : undefined;
  const range = parseByteRange(wanted, sizeBytes);
  if (range === 'unsatisfiable') {
    response.setHeader('content-range', `bytes */${sizeBytes}`);
    return replyEmpty(response, UNSATISFIABLE);
  }
  const part = range === 'whole' ? { start: 0, end: sizeBytes - 1 } : range;
  response.statusCode = range === 'whole' ? 200 : 206;
  if (range !== 'whole') response.setHeader('content-range', `bytes ${part.start}-${part.end}/${sizeBytes}`);
  response.setHeader('content-length', part.end - part.start + 1);
  return isHead ? replyEmpty(response, response.statusCode) : sendPart(source, part, response);
}

/** A short file goes in one piece, with its length: clients know an empty file by that. */
async function sendUnsized({ handle }: OpenFile, response: ServerResponse): Promise<void> {
  const first = await handle.read(Buffer.alloc(CHUNK_BYTES), 0, CHUNK_BYTES, 0);
  if (first.bytesRead === 0) {
    response.setHeader('content-length', 0);
    response.end();
    return;
  }
  await pipeline(handle.createReadStream({ autoClose: false, start: 0 }), response);
}

async function sendZipped({ handle }: OpenFile, response: ServerResponse): Promise<void> {
  const content = handle.createReadStream({ autoClose: false, start: 0, highWaterMark: CHUNK_BYTES });
  await pipeline(content, createGzip({ level: zlib.Z_BEST_SPEED }), response);
}

async function sendPart({ handle }: OpenFile, part: ByteRange, response: ServerResponse): Promise<void> {
  const content = handle.createReadStream({ autoClose: false, ...part, highWaterMark: CHUNK_BYTES });
  await pipeline(content, response, { end: false });
  // The rest of a file that shrinks meanwhile never comes; the client must not wait for it.
  if (content.bytesRead === part.end - part.start + 1) response.end();
  else response.destroy();
}

function encodedName(file: string): string {
  // A lone surrogate has no encoding.
  const name = Buffer.from(path.basename(file)).toString();
  return encodeURIComponent(name).replace(/['()*]/g, (each) => `%${each.charCodeAt(0).toString(16)}`);
}

function notRegular(file: string): ConnectFailure {
  return new ConnectFailure('invalid_argument', `path '${file}' is not a regular file`);
}
