import { createReadStream } from 'node:fs';
import { rm, stat } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import path from 'node:path';
import { ConnectFailure } from '../../core/connect-failure.ts';
import { replyFileFailure } from './file-request.ts';
import { FileWriter } from './file-writer.ts';
import type { SandboxFiles } from './filesystem-calls.ts';
import { errnoFailure } from '../filesystem/errno-failure.ts';
import { parseJsonObject, textField, textListField } from '../http/json-fields.ts';
import { readBody } from '../http/read-body.ts';
import { replyJson } from '../http/reply.ts';
import { resolveSandboxPath } from '../user/sandbox-path.ts';
import { sandboxUser } from '../user/sandbox-user.ts';

const MAX_BODY_BYTES = 1024 * 1024;
const CHUNK_BYTES = 256 * 1024;

interface Composition {
  readonly sources: readonly string[];
  readonly destination: string;
}

/** POST /files/compose: makes one file of several, which are removed when it is there. */
export async function serveCompose(
  files: SandboxFiles,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const composition = parseComposition(await readBody(request, MAX_BODY_BYTES), files.home);
    for (const source of composition.sources) await expectSource(source, composition.destination);
    await compose(composition);
    const file = composition.destination;
    replyJson(response, 200, { path: file, name: path.basename(file), type: 'file' });
  } catch (thrown) {
    replyFileFailure(request, response, thrown);
  }
}

function parseComposition(body: Buffer, home: string): Composition {
  const message = parseJsonObject(body);
  const start = sandboxUser(textField(message, 'username'), home).home;
  const sources = textListField(message, 'source_paths');
  const destination = textField(message, 'destination') ?? '';
  if (sources.length === 0) throw invalid('source_paths must not be empty');
  if (destination === '') throw invalid('destination is required');
  return {
    sources: sources.map((source) => resolveSandboxPath(source, start)),
    destination: resolveSandboxPath(destination, start),
  };
}

async function expectSource(source: string, destination: string): Promise<void> {
  if (source === destination) throw invalid(`source path '${source}' cannot be the same as destination`);
  const stats = await stat(source).catch((cause: unknown) => {
    throw errnoFailure(cause, `source file '${source}'`);
  });
  if (!stats.isFile()) throw invalid(`source path is not a regular file: ${source}`);
}

async function compose({ sources, destination }: Composition): Promise<void> {
  const writer = new FileWriter(destination);
  try {
    for (const source of sources) await append(source, writer);
    await writer.finish();
  } catch (thrown) {
    await writer.discard();
    throw errnoFailure(thrown, `error composing '${destination}'`);
  }
  for (const source of new Set(sources)) await rm(source, { force: true }).catch(() => undefined);
}

async function append(source: string, writer: FileWriter): Promise<void> {
  for await (const chunk of createReadStream(source, { highWaterMark: CHUNK_BYTES })) {
    if (Buffer.isBuffer(chunk)) await writer.write(chunk);
  }
}

function invalid(message: string): ConnectFailure {
  return new ConnectFailure('invalid_argument', message);
}
