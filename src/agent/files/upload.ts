import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { pipeline, type Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { ConnectFailure } from '../../core/connect-failure.ts';
import { parseFileRequest, replyFileFailure, type FileRequest } from './file-request.ts';
import { FileWriter } from './file-writer.ts';
import type { SandboxFiles } from './filesystem-calls.ts';
import type { Metadata } from '../filesystem/xattr-tool.ts';
import { metadataOf } from './metadata-headers.ts';
import {
  multipartBoundary,
  MultipartParser,
  type MultipartEvent,
  type PartHeaders,
} from '../http/multipart-parser.ts';
import { replyJson } from '../http/reply.ts';
import { resolveSandboxPath } from '../user/sandbox-path.ts';

interface WrittenFile {
  readonly path: string;
  readonly name: string;
  readonly type: 'file';
  readonly metadata?: Metadata;
}

/** POST /files: one file as the body, or any number as multipart/form-data. */
export async function serveUpload(
  files: SandboxFiles,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const target = parseFileRequest(request, files.home);
    const metadata = metadataOf(request.rawHeaders);
    const boundary = multipartBoundary(request.headers['content-type'] ?? '');
    const body = decodedBody(request);
    const written =
      boundary === undefined ? await writeBody(body, target) : await writeParts(body, { boundary, target });
    replyJson(response, 200, await withMetadata(written, metadata, files));
  } catch (thrown) {
    replyFileFailure(request, response, thrown);
  }
}

async function withMetadata(
  written: readonly WrittenFile[],
  metadata: Metadata,
  files: SandboxFiles,
): Promise<readonly WrittenFile[]> {
  if (Object.keys(metadata).length === 0) return written;
  await files.metadata.write(
    written.map((file) => Buffer.from(file.path)),
    metadata,
  );
  return written.map((file) => ({ ...file, metadata }));
}

function decodedBody(request: IncomingMessage): Readable {
  const encoding = request.headers['content-encoding'] ?? 'identity';
  if (encoding === 'identity') return request;
  if (encoding !== 'gzip') {
    throw new ConnectFailure('invalid_argument', `content encoding '${encoding}' is not supported`);
  }
  // The reader of the decoded body sees the error, too.
  return pipeline(request, createGunzip(), () => undefined);
}

async function writeBody(body: Readable, target: FileRequest): Promise<WrittenFile[]> {
  if (target.path === undefined || target.path === '')
    throw new ConnectFailure('invalid_argument', 'no path is given');
  const file = resolveSandboxPath(target.path, target.home);
  const writer = new FileWriter(file);
  try {
    for await (const chunk of chunksOf(body)) await writer.write(chunk);
    await writer.finish();
  } catch (thrown) {
    await writer.discard();
    throw thrown;
  }
  return [toWrittenFile(file)];
}

async function writeParts(
  body: Readable,
  { boundary, target }: { boundary: string; target: FileRequest },
): Promise<WrittenFile[]> {
  const parser = new MultipartParser(boundary);
  const files = new PartFiles(target);
  try {
    for await (const chunk of chunksOf(body)) {
      for (const event of parsed(parser, chunk)) await files.take(event);
    }
    if (!parser.isComplete) throw new ConnectFailure('invalid_argument', 'the multipart body ends too early');
  } catch (thrown) {
    await files.discard();
    throw thrown;
  }
  return files.written;
}

/** The files of one multipart request, one after the other. */
class PartFiles {
  readonly written: WrittenFile[] = [];
  readonly #target: FileRequest;
  readonly #paths = new Set<string>();
  #current: { readonly file: string; readonly writer: FileWriter } | undefined;

  constructor(target: FileRequest) {
    this.#target = target;
  }

  /** Takes the next event of the parser; there is nothing to wait for when it returns undefined. */
  take(event: MultipartEvent): Promise<void> | undefined {
    if (event.type === 'data') return this.#current?.writer.write(event.bytes);
    if (event.type === 'end-of-part') return this.#finish();
    this.#start(event.headers);
    return undefined;
  }

  async discard(): Promise<void> {
    await this.#current?.writer.discard();
  }

  /** Fields other than `file` are passed over. */
  #start(headers: PartHeaders): void {
    if (headers.name !== 'file') return;
    const given = this.#target.path ?? headers.filename ?? '';
    if (given === '') throw new ConnectFailure('invalid_argument', 'a part has no filename');
    const file = resolveSandboxPath(given, this.#target.home);
    if (this.#paths.has(file)) {
      throw new ConnectFailure(
        'invalid_argument',
        `you cannot upload multiple files to the same path '${file}'`,
      );
    }
    this.#paths.add(file);
    this.#current = { file, writer: new FileWriter(file) };
  }

  async #finish(): Promise<void> {
    const current = this.#current;
    if (!current) return;
    await current.writer.finish();
    this.#current = undefined;
    this.written.push(toWrittenFile(current.file));
  }
}

async function* chunksOf(body: Readable): AsyncGenerator<Buffer> {
  try {
    for await (const chunk of body.iterator({ destroyOnReturn: false })) {
      if (Buffer.isBuffer(chunk)) yield chunk;
    }
  } catch (cause) {
    const message = cause instanceof Error ? cause.message : String(cause);
    throw new ConnectFailure('invalid_argument', `error reading the body: ${message}`, { cause });
  }
}

function parsed(parser: MultipartParser, chunk: Buffer): ReturnType<MultipartParser['push']> {
  try {
    return parser.push(chunk);
  } catch (cause) {
    throw new ConnectFailure('invalid_argument', cause instanceof Error ? cause.message : String(cause), {
      cause,
    });
  }
}

function toWrittenFile(file: string): WrittenFile {
  return { path: file, name: path.basename(file), type: 'file' };
}
