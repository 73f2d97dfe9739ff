import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConnectFailure, toConnectFailure } from '../../core/connect-failure.ts';
import { makeDir, moveEntry, removeEntry } from '../filesystem/edit-tree.ts';
import { readEntry, type EntryInfo } from '../filesystem/entry-info.ts';
import type { FileMetadata } from '../filesystem/file-metadata.ts';
import { listDir } from '../filesystem/list-dir.ts';
import type { WatchPolls } from '../filesystem/watch-polls.ts';
import { integerField, parseJsonObject, textField, type JsonObject } from '../http/json-fields.ts';
import { readBody } from '../http/read-body.ts';
import { replyBytes, replyJson } from '../http/reply.ts';
import { resolveSandboxPath } from '../user/sandbox-path.ts';
import { sandboxUser, userNameOf } from '../user/sandbox-user.ts';
import { encodeFilesystemReply, requestFromProto, type FilesystemReply } from './filesystem-proto.ts';
import { describedBatches, openWatch, type FilesystemEvent } from './watch-request.ts';

/** What all requests about files share. */
export interface SandboxFiles {
  readonly home: string;
  readonly metadata: FileMetadata;
  readonly polls: WatchPolls<FilesystemEvent>;
}

interface CallContext extends SandboxFiles {
  readonly message: JsonObject;
  /** Resolves a path field of the message. */
  readonly pathOf: (field: string) => string;
}

type Call = (context: CallContext) => FilesystemReply | Promise<FilesystemReply>;

/** The unary methods of filesystem.Filesystem. */
const CALLS: Readonly<Record<string, Call>> = {
  Stat: async ({ pathOf, metadata }) => ({ entry: await readEntry(pathOf('path'), metadata) }),
  ListDir: async ({ message, pathOf, metadata }) => ({
    entries: await listDir(pathOf('path'), { depth: depthOf(message), metadata }),
  }),
  MakeDir: makeDirAndDescribe,
  Move: async ({ pathOf, metadata }) => {
    await moveEntry(pathOf('source'), pathOf('destination'));
    return { entry: await readEntry(pathOf('destination'), metadata) };
  },
  Remove: async ({ pathOf }) => {
    await removeEntry(pathOf('path'));
    return {};
  },
  CreateWatcher: createWatcher,
  GetWatcherEvents: ({ polls, message }) => ({ events: polls.take(watcherIdOf(message)) }),
  RemoveWatcher: ({ polls, message }) => {
    polls.remove(watcherIdOf(message));
    return {};
  },
};
const MAX_MESSAGE_BYTES = 1024 * 1024;

/** Answers a unary call of filesystem.Filesystem, in JSON or protobuf as it came; failures are JSON in either. */
export async function serveFilesystemCall(
  files: SandboxFiles,
  request: IncomingMessage,
  { response, method }: { response: ServerResponse; method: string },
): Promise<void> {
  try {
    const call = Object.hasOwn(CALLS, method) ? CALLS[method] : undefined;
    if (!call) throw new ConnectFailure('unimplemented', `${method} is not implemented`);
    const body = await readBody(request, MAX_MESSAGE_BYTES);
    const isProto = request.headers['content-type']?.startsWith('application/proto') ?? false;
    const message = isProto ? requestFromProto(method, body) : parseJsonObject(body);
    const pathOf = pathReader(files, request, message);
    const reply = await call({ ...files, message, pathOf });
    if (isProto) replyBytes(response, 'application/proto', encodeFilesystemReply(reply));
    else replyJson(response, 200, reply);
  } catch (thrown) {
    const failure = toConnectFailure(thrown);
    request.resume();
    replyJson(response, failure.status, failure.toJSON());
  }
}

/** How the paths of a message are meant by the user who sent it. Throws unauthenticated. */
export function pathReader(
  files: SandboxFiles,
  request: IncomingMessage,
  message: JsonObject,
): (field: string) => string {
  const { home } = sandboxUser(userNameOf(request.headers.authorization), files.home);
  return (field) => resolveSandboxPath(textField(message, field) ?? '', home);
}

async function makeDirAndDescribe({ pathOf, metadata }: CallContext): Promise<{ entry: EntryInfo }> {
  const directory = pathOf('path');
  await makeDir(directory);
  return { entry: await readEntry(directory, metadata) };
}

async function createWatcher({ message, pathOf, metadata, polls }: CallContext): Promise<FilesystemReply> {
  const directory = pathOf('path');
  const watcherId = await polls.create(async () => {
    const watcher = await openWatch(message, directory);
    return { events: describedBatches(watcher, message, metadata), close: () => watcher.close() };
  });
  return { watcherId };
}

function depthOf(message: JsonObject): number {
  const depth = integerField(message, 'depth') ?? 0;
  if (depth < 0) throw new ConnectFailure('invalid_argument', 'depth should be at least zero');
  return depth === 0 ? 1 : depth;
}

function watcherIdOf(message: JsonObject): string {
  return textField(message, 'watcherId') ?? textField(message, 'watcher_id') ?? '';
}
