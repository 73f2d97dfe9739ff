import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import { IrisError, errnoOf } from '../core/errors.ts';
import type { SandboxEndpoint } from './sandbox.ts';

export interface Post {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly signal?: AbortSignal | undefined;
}

const ENVD = 'http://localhost:49983';
const OPTIONS = { keepAlive: true, noDelay: true } as const;

/** Keeps connections to sandboxes open between calls; destroy it to close them. */
export interface HttpClient {
  post(endpoint: SandboxEndpoint, post: Post): Promise<IncomingMessage>;
  destroy(): void;
}

/** Finds the agent that leads straight to a sandbox of this process; undefined when the sandbox is gone. */
export type AgentOf = (sandboxId: string) => HttpAgent | undefined;

/**
 * Opens a client over node:http, which streams bytes with back-pressure and no copy of its own.
 * With `agentOf` its requests take that way, and no TCP.
 */
export function openHttpClient(agentOf?: AgentOf): HttpClient {
  const plain = new HttpAgent(OPTIONS);
  const secure = new HttpsAgent(OPTIONS);
  const routeTo = (endpoint: SandboxEndpoint, path: string): Route => {
    if (agentOf !== undefined)
      return { url: new URL(ENVD + path), agent: agentOf(endpoint.sandboxId) ?? gone(endpoint) };
    const url = new URL(endpoint.url + path);
    return { url, agent: url.protocol === 'https:' ? secure : plain };
  };
  return {
    post: async (endpoint, post) => await send(routeTo(endpoint, post.path), endpoint, post),
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

function send({ url, agent }: Route, endpoint: SandboxEndpoint, post: Post): Promise<IncomingMessage> {
  const headers = { ...endpoint.headers, ...post.headers, 'content-length': post.body.length };
  const options = {
    agent,
    headers,
    method: 'POST',
    ...(post.signal === undefined ? {} : { signal: post.signal }),
  };
  return new Promise((resolve, reject) => {
    const request = (url.protocol === 'https:' ? httpsRequest : httpRequest)(url, options, resolve);
    request.once('error', (cause) => reject(mapConnectionError(cause, endpoint)));
    request.end(post.body);
  });
}

function gone(endpoint: SandboxEndpoint): never {
  throw new IrisError('SANDBOX_NOT_FOUND', `Sandbox ${endpoint.sandboxId} is gone`, {
    hint: 'List the live ones with: iris sandbox ls',
  });
}

/** Translates a broken connection; an abort passes through as CANCELLED. */
export function mapConnectionError(cause: Error, endpoint: SandboxEndpoint): IrisError {
  if (cause.name === 'AbortError') return new IrisError('CANCELLED', 'Cancelled', { cause });
  const code = errnoOf(cause);
  if (code === 'ECONNRESET' || code === 'EPIPE' || cause.message === 'aborted') {
    return new IrisError('SANDBOX_LOST', `Sandbox ${endpoint.sandboxId} ended while it was in use`, {
      hint: 'It was closed, ran out of its time, or its host stopped. Run again to get a new one.',
      cause,
    });
  }
  return new IrisError(
    'SANDBOX_UNAVAILABLE',
    `Cannot reach sandbox ${endpoint.sandboxId}: ${cause.message}`,
    {
      hint: 'Run again; if it stays so: iris doctor',
      cause,
    },
  );
}
