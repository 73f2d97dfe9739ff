import { constants } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { ConnectFailure } from '../core/connect-failure.ts';
import { errnoOf } from '../core/errors.ts';
import { replyFileFailure, requestedPath } from './file-request.ts';
import { resolveSandboxPath } from './sandbox-path.ts';

/** GET /files: the bytes of one file. */
export async function serveDownload(
  home: string,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const file = resolveSandboxPath(requestedPath(request) ?? '', home);
    const handle = await openFile(file);
    try {
      await sendFile(handle, file, response);
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
    return await open(file, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (cause) {
    const errno = errnoOf(cause);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') {
      throw new ConnectFailure('not_found', `path '${file}' does not exist`, { cause });
    }
    throw new ConnectFailure('permission_denied', `error opening '${file}': ${errno ?? String(cause)}`, {
      cause,
    });
  }
}

async function sendFile(handle: FileHandle, file: string, response: ServerResponse): Promise<void> {
  const stats = await handle.stat();
  if (stats.isDirectory()) throw new ConnectFailure('invalid_argument', `path '${file}' is a directory`);
  if (!stats.isFile()) throw new ConnectFailure('invalid_argument', `path '${file}' is not a regular file`);
  response.setHeader('content-type', 'application/octet-stream');
  // The kernel's own files claim to be empty.
  if (stats.size === 0) return pipeline(handle.createReadStream({ autoClose: false }), response);
  response.setHeader('content-length', stats.size);
  const content = handle.createReadStream({
    autoClose: false,
    end: stats.size - 1,
    highWaterMark: 256 * 1024,
  });
  return pipeline(content, response);
}
