import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { ConnectFailure, toConnectFailure } from '../core/connect-failure.ts';
import type { ChildEnv } from './user/child-env.ts';
import { serveCompose } from './files/compose.ts';
import { serveDownload } from './files/download.ts';
import { serveFilesystemCall, type SandboxFiles } from './files/filesystem-calls.ts';
import { serveInputStream } from './process/input-stream.ts';
import { parseJsonObject, textField, textMapField } from './http/json-fields.ts';
import { PROCESS_CALLS } from './process/process-calls.ts';
import { refuseStream, serveConnect, serveStart } from './process/process-streams.ts';
import type { ProcessTable } from './process/process-table.ts';
import { readBody } from './http/read-body.ts';
import { replyBytes, replyEmpty, replyHttpError, replyJson } from './http/reply.ts';
import { sandboxUser } from './user/sandbox-user.ts';
import { serveUpload } from './files/upload.ts';
import type { UsageMeter } from './usage-meter.ts';
import { serveWatchDir } from './files/watch-stream.ts';

export interface RouterParts {
  readonly childEnv: ChildEnv;
  readonly processes: ProcessTable;
  readonly usage: UsageMeter;
  readonly files: SandboxFiles;
  /** Gives programs a way out of the sandbox; what of it is allowed, the host decides. */
  readonly openEgress: () => Promise<void>;
}

type Route = (parts: RouterParts, request: IncomingMessage, response: ServerResponse) => void | Promise<void>;

const ROUTES: Readonly<Record<string, Route>> = {
  'GET /health': (_parts, _request, response) => replyEmpty(response, 204),
  'GET /envs': ({ childEnv }, _request, response) => replyJson(response, 200, childEnv.globals),
  'GET /metrics': async ({ usage }, _request, response) => replyJson(response, 200, await usage.read()),
  'POST /init': initialise,
  'GET /files': ({ files }, request, response) => serveDownload(files.home, request, response),
  'HEAD /files': ({ files }, request, response) => serveDownload(files.home, request, response),
  'POST /files': ({ files }, request, response) => serveUpload(files, request, response),
  'POST /files/compose': ({ files }, request, response) => serveCompose(files, request, response),
  'POST /filesystem.Filesystem/WatchDir': ({ files }, request, response) =>
    serveWatchDir(files, request, response),
  'POST /process.Process/Start': ({ processes }, request, response) =>
    serveStart(processes, request, response),
  'POST /process.Process/Connect': ({ processes }, request, response) =>
    serveConnect(processes, request, response),
  'POST /process.Process/StreamInput': ({ processes }, request, response) =>
    serveInputStream(processes, request, response),
};
const FILESYSTEM_PATH = /^\/filesystem\.Filesystem\/(\w+)$/;
const RPC_PATH = /^\/process\.Process\/(\w+)$/;
const MAX_MESSAGE_BYTES = 64 * 1024 * 1024;

/** Answers the requests that E2B's envd answers. */
export function createRouter(parts: RouterParts): RequestListener {
  return (request, response) => {
    // A client that vanishes is not an error of the agent.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    void route(parts, request, response).catch((thrown: unknown) => {
      replyHttpError(response, 500, toConnectFailure(thrown).message);
      request.resume();
    });
  };
}

async function route(parts: RouterParts, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?', 1)[0] ?? '/';
  const found = ROUTES[`${request.method} ${path}`];
  if (found) return found(parts, request, response);
  const onFiles = FILESYSTEM_PATH.exec(path)?.[1];
  if (onFiles !== undefined && request.method === 'POST' && !isStream(request)) {
    return serveFilesystemCall(parts.files, request, { response, method: onFiles });
  }
  const method = RPC_PATH.exec(path)?.[1];
  if (method !== undefined && request.method === 'POST') return call(parts, request, { response, method });
  request.resume();
  if (isStream(request)) return refuseStream(request, response, unimplemented(path));
  return replyHttpError(response, 404, `path '${path}' not found`);
}

async function initialise(
  parts: RouterParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  try {
    const message = parseJsonObject(await readBody(request, MAX_MESSAGE_BYTES));
    const envVars = textMapField(message, 'envVars');
    const defaults = {
      user: textField(message, 'defaultUser'),
      directory: textField(message, 'defaultWorkdir'),
    };
    sandboxUser(defaults.user, parts.childEnv.home);
    parts.childEnv.addGlobals(envVars);
    parts.childEnv.setDefaults(defaults);
    if (message['egress'] === true) await parts.openEgress();
    replyEmpty(response, 204);
  } catch (thrown) {
    const failure = toConnectFailure(thrown);
    replyHttpError(response, failure.status, failure.message);
  }
}

/** A unary Connect call; its failures are JSON in either codec. */
async function call(
  { processes }: RouterParts,
  request: IncomingMessage,
  { response, method }: { response: ServerResponse; method: string },
): Promise<void> {
  try {
    const body = await readBody(request, MAX_MESSAGE_BYTES);
    if (isStream(request)) return refuseStream(request, response, unimplemented(method));
    const found = Object.hasOwn(PROCESS_CALLS, method) ? PROCESS_CALLS[method] : undefined;
    if (!found) throw unimplemented(method);
    const codec = request.headers['content-type']?.startsWith('application/proto') ? 'proto' : 'json';
    replyBytes(response, `application/${codec}`, await found(processes, body, codec));
  } catch (thrown) {
    const failure = toConnectFailure(thrown);
    request.resume();
    replyJson(response, failure.status, failure.toJSON());
  }
}

function isStream(request: IncomingMessage): boolean {
  return request.headers['content-type']?.startsWith('application/connect+') ?? false;
}

function unimplemented(name: string): ConnectFailure {
  return new ConnectFailure('unimplemented', `${name} is not implemented`);
}
