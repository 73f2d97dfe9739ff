import { randomBytes } from 'node:crypto';
import type { Post } from './channel-post.ts';
import type { HttpClient } from './http-request.ts';
import { readBounded, toStatusError } from './read-answer.ts';
import type { SandboxEndpoint, UploadFile } from './sandbox.ts';

const DISPOSITION = 'content-disposition: form-data; name="file"';
const TYPE = 'content-type: application/octet-stream';
const LINE_END = Buffer.from('\r\n');

/**
 * Writes files into a sandbox in one request, whatever there was before; parents are created. It goes over the
 * connections that its processes use, so that a run needs no further one.
 */
export async function writeFiles(
  client: HttpClient,
  endpoint: SandboxEndpoint,
  files: readonly UploadFile[],
  signal?: AbortSignal,
): Promise<void> {
  const form = toForm(files);
  const answer = await client.post(endpoint, { path: '/files', ...form, signal });
  const said = await readBounded(answer);
  if (answer.statusCode !== 200) throw toStatusError(answer.statusCode ?? 0, said, endpoint);
}

/** A form with one part for each file, named by the whole path; contents are not copied. */
function toForm(files: readonly UploadFile[]): Pick<Post, 'headers' | 'body'> {
  const boundary = `iris-${randomBytes(18).toString('hex')}`;
  const parts = files.flatMap(({ path, content }) => [
    Buffer.from(`--${boundary}\r\n${DISPOSITION}; filename="${escapeName(path)}"\r\n${TYPE}\r\n\r\n`),
    content,
    LINE_END,
  ]);
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
    body: [...parts, Buffer.from(`--${boundary}--\r\n`)],
  };
}

/** As browsers write names into forms. */
function escapeName(path: string): string {
  return path.replaceAll('"', '%22').replaceAll('\r', '%0D').replaceAll('\n', '%0A');
}
