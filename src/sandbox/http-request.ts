import {
  Agent as HttpAgent,
  request as httpRequest,
  type ClientRequest,
  type IncomingMessage,
} from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { TLSSocket } from 'node:tls';
import { IrisError, errnoOf } from '../core/errors.ts';
import { bytesOf, postOnChannel, type Post, type StreamedAnswer } from './channel-post.ts';
import { PATIENCE, type Patience } from './patience.ts';
import type { SandboxEndpoint } from './sandbox.ts';

const ENVD_PORT = 49_983;
const ENVD = `http://localhost:${ENVD_PORT}`;
const OPTIONS = { keepAlive: true, noDelay: true } as const;

/** Keeps connections to sandboxes open between calls; destroy it to close them. */
export interface HttpClient {
  post(endpoint: SandboxEndpoint, post: Post): Promise<IncomingMessage>;
  /** For answers of any length: they are read as they come in, with as few copies as the way allows. */
  stream(endpoint: SandboxEndpoint, post: Post): Promise<StreamedAnswer>;
  readonly patience: Patience;
  destroy(): void;
}

/** Leads straight to a sandbox of this process. */
export interface DirectWay extends HttpAgent {
  openChannel(port: number): Duplex;
}

/** Finds the way to a sandbox of this process; undefined when the sandbox is gone. */
export type WayTo = (sandboxId: string) => DirectWay | undefined;

export interface HttpClientOptions {
  /** Requests take this way, and no TCP. */
  readonly wayTo?: WayTo | undefined;
  readonly patience?: Patience | undefined;
}

/** Opens a client over node:http. */
export function openHttpClient({ wayTo, patience = PATIENCE }: HttpClientOptions = {}): HttpClient {
  const plain = new HttpAgent(OPTIONS);
  const secure = new HttpsAgent(OPTIONS);
  const routeTo = (endpoint: SandboxEndpoint, path: string): Route => {
    if (wayTo !== undefined)
      return { url: new URL(ENVD + path), agent: wayTo(endpoint.sandboxId) ?? gone(endpoint) };
    const url = new URL(endpoint.url + path);
    return { url, agent: url.protocol === 'https:' ? secure : plain };
  };
  const post = async (endpoint: SandboxEndpoint, what: Post): Promise<IncomingMessage> =>
    await send(routeTo(endpoint, what.path), endpoint, {
      post: what,
      patience: wayTo === undefined ? patience : undefined,
    });
  return {
    post,
    patience,
    stream: async (endpoint, what) => {
      if (wayTo !== undefined)
        return await sendDirect(wayTo(endpoint.sandboxId) ?? gone(endpoint), endpoint, what);
      const response = await post(endpoint, what);
      return { statusCode: response.statusCode ?? 0, body: response, keepsConnection: true };
    },
    destroy: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}

interface Route {
  readonly url: URL;
  readonly agent: HttpAgent;
}

interface Sending {
  readonly post: Post;
  /** Undefined for a way inside of this process, which cannot go silent. */
  readonly patience: Patience | undefined;
}

function send(
  { url, agent }: Route,
  endpoint: SandboxEndpoint,
  { post, patience }: Sending,
): Promise<IncomingMessage> {
  const headers = { ...endpoint.headers, ...post.headers, 'content-length': bytesOf(post.body) };
  const options = {
    agent,
    headers,
    method: 'POST',
    ...(post.signal === undefined ? {} : { signal: post.signal }),
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, (response) => {
      // From here on a stream says itself how long it may be silent.
      if (patience !== undefined) request.setTimeout(0);
      resolve(response);
    });
    const connection = patience === undefined ? INSIDE : watchConnection(request, patience);
    // A stream that breaks says so here, too, after the request was answered.
    request.on('error', (cause) => reject(mapConnectionError(cause, endpoint, connection.stood)));
    for (const piece of post.body) request.write(piece);
    request.end();
  });
}

/** What breaks there broke in use. */
const INSIDE = { stood: true };

/** A host that is silent, unlike one that refuses, would be waited for until the system gives up: for minutes. */
function watchConnection(
  request: ClientRequest,
  { connectMs, answerMs }: Patience,
): { readonly stood: boolean } {
  const connection = { stood: false };
  request.setTimeout(answerMs, () => request.destroy(new Error(`no answer for ${answerMs} ms`)));
  request.once('socket', (socket) => {
    connection.stood = !socket.connecting;
    if (connection.stood) return;
    const late = setTimeout(
      () => request.destroy(new Error(`no connection after ${connectMs} ms`)),
      connectMs,
    );
    socket.once('close', () => clearTimeout(late));
    socket.once(socket instanceof TLSSocket ? 'secureConnect' : 'connect', () => {
      connection.stood = true;
      clearTimeout(late);
    });
  });
  return connection;
}

async function sendDirect(way: DirectWay, endpoint: SandboxEndpoint, post: Post): Promise<StreamedAnswer> {
  try {
    const headers = { ...endpoint.headers, ...post.headers };
    return await postOnChannel(way.openChannel(ENVD_PORT), { ...post, headers });
  } catch (thrown) {
    const isChannelLost = thrown instanceof IrisError && thrown.code === 'SANDBOX_LOST';
    if (!isChannelLost) throw thrown;
    throw endedInUse(thrown, endpoint);
  }
}

function gone(endpoint: SandboxEndpoint): never {
  throw new IrisError('SANDBOX_NOT_FOUND', `Sandbox ${endpoint.sandboxId} is gone`, {
    hint: 'List the live ones with: iris sandbox ls',
  });
}

/**
 * Translates a broken connection; an abort passes through as CANCELLED. A request whose connection never stood did
 * nothing (SANDBOX_UNAVAILABLE); of any other, nobody here knows what it did (SANDBOX_LOST).
 */
export function mapConnectionError(cause: Error, endpoint: SandboxEndpoint, stood: boolean): IrisError {
  if (cause.name === 'AbortError') return new IrisError('CANCELLED', 'Cancelled', { cause });
  if (stood) return lostInUse(cause, endpoint);
  return new IrisError(
    'SANDBOX_UNAVAILABLE',
    `Cannot reach sandbox ${endpoint.sandboxId}: ${cause.message}`,
    { hint: 'Run again; if it stays so: iris doctor', cause },
  );
}

function lostInUse(cause: Error, endpoint: SandboxEndpoint): IrisError {
  const code = errnoOf(cause);
  if (code === 'ECONNRESET' || code === 'EPIPE' || cause.message === 'aborted')
    return endedInUse(cause, endpoint);
  return new IrisError(
    'SANDBOX_LOST',
    `The connection to sandbox ${endpoint.sandboxId} broke: ${cause.message}`,
    {
      hint: 'Look at the network between here and the sandbox, then run again.',
      cause,
    },
  );
}

/** The sandbox went away under a request that it had begun to answer. */
export function endedInUse(cause: Error, endpoint: SandboxEndpoint): IrisError {
  return new IrisError('SANDBOX_LOST', `Sandbox ${endpoint.sandboxId} ended while it was in use`, {
    hint: 'It was closed, ran out of its time, or its host stopped. Run again to get a new one.',
    cause,
  });
}
