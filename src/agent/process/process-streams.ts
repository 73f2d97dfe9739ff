import type { IncomingMessage, ServerResponse } from 'node:http';
import { BRIDGE_HEADER } from '../../core/bridge-wire.ts';
import { ConnectFailure, toConnectFailure } from '../../core/connect-failure.ts';
import { EventStream, type StreamCodec } from './event-stream.ts';
import type { ManagedProcess } from './managed-process.ts';
import { readSelector, readStartRequest } from './process-requests.ts';
import type { ProcessTable } from './process-table.ts';
import { userNameOf } from '../user/sandbox-user.ts';
import { codecOf, readOnlyMessage } from './stream-request.ts';

const DEFAULT_KEEPALIVE_S = 90;
const MAX_TIMER_MS = 2 ** 31 - 1;

/** What a stream does once its request is read: it returns the process to follow. */
interface StreamMethod {
  open(message: Buffer, codec: StreamCodec): Promise<ManagedProcess>;
  onTimeout(followed: ManagedProcess): void;
}

/** Process/Start: starts a process and streams its events. A timeout kills it; a client that leaves does not. */
export function serveStart(
  processes: ProcessTable,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  return serveStream(request, response, {
    open: (message, codec) =>
      processes.start(readStartRequest(message, codec), {
        userName: userNameOf(request.headers.authorization),
        hasBridge: request.headers[BRIDGE_HEADER] !== undefined,
      }),
    onTimeout: (followed) => followed.kill(),
  });
}

/** Process/Connect: streams the events of a process that runs already. */
export function serveConnect(
  processes: ProcessTable,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  return serveStream(request, response, {
    open: (message, codec) => Promise.resolve(processes.known(readSelector(message, codec))),
    onTimeout: () => undefined,
  });
}

/** Answers any stream with one failure, in the place where clients look for it. */
export function refuseStream(
  request: IncomingMessage,
  response: ServerResponse,
  failure: ConnectFailure,
): void {
  openEventStream(request, response).end(failure);
}

async function serveStream(
  request: IncomingMessage,
  response: ServerResponse,
  method: StreamMethod,
): Promise<void> {
  const events = openEventStream(request, response);
  try {
    const message = await readOnlyMessage(request);
    const followed = await method.open(message, codecOf(request));
    follow(followed, { events, response });
    limitTime(timeoutMsOf(request), {
      followed,
      events,
      onTimeout: () => method.onTimeout(followed),
    });
  } catch (thrown) {
    events.end(toConnectFailure(thrown));
    request.resume();
  }
}

function follow(followed: ManagedProcess, to: { events: EventStream; response: ServerResponse }): void {
  const { events, response } = to;
  events.send({ type: 'start', pid: followed.pid });
  const subscription = followed.subscribe({
    onData: (stream, bytes) => events.sendData(stream, bytes),
    onEnd: (end) => {
      events.send({ type: 'end', ...end });
      events.end();
    },
  });
  events.onRoom(() => subscription.resume());
  response.once('close', () => subscription.leave());
}

interface TimeLimit {
  readonly followed: ManagedProcess;
  readonly events: EventStream;
  readonly onTimeout: () => void;
}

/** The limit stands for as long as the process runs, also when its client has gone. */
function limitTime(timeoutMs: number, { followed, events, onTimeout }: TimeLimit): void {
  if (timeoutMs === 0 || !followed.isRunning) return;
  const timer = setTimeout(() => {
    events.end(new ConnectFailure('deadline_exceeded', 'context deadline exceeded'));
    onTimeout();
  }, timeoutMs);
  followed.subscribe({ onData: () => true, onEnd: () => clearTimeout(timer) });
}

function openEventStream(request: IncomingMessage, response: ServerResponse): EventStream {
  // The end of a connection that serves one request is the end of its body: no chunk needs a head of its own.
  if (request.headers.connection === 'close') response.useChunkedEncodingByDefault = false;
  return new EventStream(response, { codec: codecOf(request), keepaliveMs: keepaliveMsOf(request) });
}

/** After how much silence the client of a stream wants to hear something. */
export function keepaliveMsOf(request: IncomingMessage): number {
  const seconds = Number(request.headers['keepalive-ping-interval']);
  const keepaliveS = Number.isFinite(seconds) && seconds > 0 ? seconds : DEFAULT_KEEPALIVE_S;
  return Math.min(keepaliveS * 1000, MAX_TIMER_MS);
}

/** Connect-Timeout-Ms; 0 is no limit. */
export function timeoutMsOf(request: IncomingMessage): number {
  const timeoutMs = Number(request.headers['connect-timeout-ms']);
  return Number.isFinite(timeoutMs) && timeoutMs > 0 ? Math.min(timeoutMs, MAX_TIMER_MS) : 0;
}
