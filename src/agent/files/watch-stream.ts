import type { IncomingMessage, ServerResponse } from 'node:http';
import { ConnectFailure, toConnectFailure } from '../../core/connect-failure.ts';
import { pathReader, type SandboxFiles } from './filesystem-calls.ts';
import { MessageStream } from '../http/message-stream.ts';
import { parseJsonObject, type JsonObject } from '../http/json-fields.ts';
import { keepaliveMsOf, timeoutMsOf } from '../process/process-streams.ts';
import { codecOf, readOnlyMessage } from '../process/stream-request.ts';
import { encodeWatchMessage, requestFromProto, type WatchMessage } from './filesystem-proto.ts';
import { describedBatches, openWatch } from './watch-request.ts';

const MESSAGES_AT_ONCE = 256;

/** Filesystem/WatchDir: streams what happens in a directory until the client leaves or its time is up. */
export async function serveWatchDir(
  files: SandboxFiles,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const codec = codecOf(request);
  const stream = new MessageStream<WatchMessage>(response, {
    codec,
    encode: codec === 'proto' ? encodeWatchMessage : undefined,
    keepaliveMs: keepaliveMsOf(request),
    keepalive: { keepalive: {} },
  });
  try {
    const message = readMessage(await readOnlyMessage(request), request);
    const directory = pathReader(files, request, message)('path');
    await streamEvents(stream, { files, message, directory, request, response });
    stream.end();
  } catch (thrown) {
    stream.end(toConnectFailure(thrown));
    request.resume();
  }
}

function readMessage(body: Buffer, request: IncomingMessage): JsonObject {
  return codecOf(request) === 'proto' ? requestFromProto('WatchDir', body) : parseJsonObject(body);
}

interface Watch {
  readonly files: SandboxFiles;
  readonly message: JsonObject;
  readonly directory: string;
  readonly request: IncomingMessage;
  readonly response: ServerResponse;
}

async function streamEvents(stream: MessageStream<WatchMessage>, watch: Watch): Promise<void> {
  const { files, message, directory, request, response } = watch;
  const watcher = await openWatch(message, directory);
  const timeoutMs = timeoutMsOf(request);
  let isTimeUp = false;
  const stop = (): void => watcher.close();
  const timer = setTimeout(
    () => {
      isTimeUp = true;
      stop();
    },
    timeoutMs === 0 ? undefined : timeoutMs,
  );
  if (timeoutMs === 0) clearTimeout(timer);
  response.once('close', stop);
  try {
    // The client may have left while the watcher opened.
    if (response.destroyed) return;
    await stream.send([{ start: {} }]);
    for await (const events of describedBatches(watcher, message, files.metadata)) {
      for (let start = 0; start < events.length; start += MESSAGES_AT_ONCE) {
        const some = events.slice(start, start + MESSAGES_AT_ONCE);
        await stream.send(some.map((filesystem) => ({ filesystem })));
      }
    }
  } finally {
    clearTimeout(timer);
    response.off('close', stop);
    stop();
  }
  if (isTimeUp) throw new ConnectFailure('deadline_exceeded', 'context deadline exceeded');
}
