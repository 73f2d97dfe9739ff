import { randomUUID } from 'node:crypto';
import {
  isInitializeRequest,
  isLegacyRequest,
  WebStandardStreamableHTTPServerTransport,
} from '@modelcontextprotocol/server';
import type { ServerFactory } from './server-factory.ts';

export interface LegacySessionsOptions {
  readonly maxBodyBytes: number;
  readonly onError: (error: Error) => void;
  /** @default 64 */
  readonly maxSessions?: number | undefined;
}

const SESSION_HEADER = 'mcp-session-id';
const NOT_FOUND = 404;

/**
 * The sessions of clients that speak the protocol of 2025: they cancel a call by a request of its own, which only
 * finds it when both go to the same server. When there are too many, the one that waited longest ends.
 */
export class LegacySessions implements AsyncDisposable {
  readonly #factory: ServerFactory;
  readonly #options: LegacySessionsOptions;
  readonly #transports = new Map<string, WebStandardStreamableHTTPServerTransport>();

  constructor(factory: ServerFactory, options: LegacySessionsOptions) {
    this.#factory = factory;
    this.#options = options;
  }

  /** Answers what belongs to a session or begins one; undefined leaves the request to others. */
  async answer(request: Request): Promise<Response | undefined> {
    const id = request.headers.get(SESSION_HEADER);
    if (id === null) return (await this.#isBeginning(request)) ? await this.#begin(request) : undefined;
    const transport = this.#transports.get(id);
    if (transport === undefined) return unknownSession();
    // Kept in the order of use: the first is the one that waited longest.
    this.#transports.delete(id);
    this.#transports.set(id, transport);
    return await transport.handleRequest(request);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const transports = [...this.#transports.values()];
    this.#transports.clear();
    await Promise.all(transports.map((transport) => transport.close()));
  }

  async #isBeginning(request: Request): Promise<boolean> {
    const { maxBodyBytes } = this.#options;
    if (!(await isLegacyRequest(request, undefined, { maxRequestBodySize: maxBodyBytes }))) return false;
    if (request.method !== 'POST') return false;
    // What is no JSON is told so by whoever answers it.
    const body: unknown = await request
      .clone()
      .json()
      .catch(() => undefined);
    return isInitializeRequest(body);
  }

  async #begin(request: Request): Promise<Response> {
    const server = this.#factory();
    const transport: WebStandardStreamableHTTPServerTransport = new WebStandardStreamableHTTPServerTransport({
      sessionIdGenerator: randomUUID,
      maxRequestBodySize: this.#options.maxBodyBytes,
      onsessioninitialized: (id) => this.#keep(id, transport),
      onsessionclosed: (id) => void this.#transports.delete(id),
    });
    await server.connect(transport);
    return await transport.handleRequest(request);
  }

  #keep(id: string, transport: WebStandardStreamableHTTPServerTransport): void {
    this.#transports.set(id, transport);
    const [oldest] = this.#transports;
    if (oldest === undefined || this.#transports.size <= (this.#options.maxSessions ?? MAX_SESSIONS)) return;
    this.#transports.delete(oldest[0]);
    oldest[1].close().catch(this.#options.onError);
  }
}

const MAX_SESSIONS = 64;

/** The answer after which a client begins a new session. */
function unknownSession(): Response {
  const error = { jsonrpc: '2.0', error: { code: -32_001, message: 'Session not found' }, id: null };
  return Response.json(error, { status: NOT_FOUND });
}
