import type { FileHandle } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { pipeline } from 'node:stream/promises';
import { IrisError } from '../../../core/errors.ts';

/** Sends the first `sizeBytes` of a file. A file that has shrunk meanwhile breaks the answer off. */
export async function sendFile(response: ServerResponse, file: FileHandle, sizeBytes: number): Promise<void> {
  response.writeHead(200, { 'content-type': 'application/octet-stream', 'content-length': sizeBytes });
  if (sizeBytes === 0) {
    response.end();
    return;
  }
  const content = file.createReadStream({ start: 0, end: sizeBytes - 1, autoClose: false });
  await pipeline(content, response, { end: false });
  if (content.bytesRead < sizeBytes)
    throw new IrisError('FILE_UNREADABLE', 'The file shrank while it was read');
  response.end();
}
