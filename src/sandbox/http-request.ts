import { Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https';
import type { Duplex } from 'node:stream';
import { IrisError, errnoOf } from '../core/errors.ts';
import type { SandboxEndpoint } from './sandbox.ts';

export interface Post {
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  readonly signal?: AbortSignal | undefined;
}

const OPTIONS = { keepAlive: true, noDelay: true } as const;

/** Keeps connections to sandboxes open between calls; destroy it to close them. */
export interface HttpClient {
  post(endpoint: SandboxEndpoint, post: Post): Promise<IncomingMessage>;
  destroy(): void;
}

/**
 * Opens a client over node:http, which streams bytes with back-pressure and no copy of its own.
 * With `connect`, plain connections are made by it: a host in this process needs no TCP.
 */
export function openHttpClient(connect?: () => Duplex): HttpClient {
  const plain = connect === undefined ? new HttpAgent(OPTIONS) : new InProcessAgent(connect);
  const secure = new HttpsAgent(OPTIONS);
  return {
    post: (endpoint, post) =>
      new Promise((resolve, reject) => {
        const url = new URL(endpoint.url + post.path);
        const isSecure = url.protocol === 'https:';
        const request = (isSecure ? httpsRequest : httpRequest)(
          url,
          {
            agent: isSecure ? secure : plain,
            method: 'POST',
            headers: { ...endpoint.headers, ...post.headers, 'content-length': post.body.length },
            ...(post.signal === undefined ? {} : { signal: post.signal }),
          },
          resolve,
        );
        request.once('error', (cause) => reject(mapConnectionError(cause, endpoint)));
        request.end(post.body);
      }),
    destroy: () => {
      plain.destroy();
      secure.destroy();
    },
  };
}

class InProcessAgent extends HttpAgent {
  readonly #connect: () => Duplex;

  constructor(connect: () => Duplex) {
    super(OPTIONS);
    this.#connect = connect;
  }

  override createConnection(): Duplex {
    return this.#connect();
  }
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
