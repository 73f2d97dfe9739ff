import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { Duplex } from 'node:stream';
import type { CodeContext } from './code-context.ts';
import { ContextTable, type ContextTableOptions } from './context-table.ts';
import { ExecutionStream } from './execution-stream.ts';
import { InterpreterFailure } from './interpreter-failure.ts';
import { parseLanguage } from './languages.ts';
import { readContextRequest, readExecuteRequest } from './requests.ts';

/** A running code interpreter: what E2B's template has on port 49999. */
export interface Interpreter {
  /** Serves one connection. */
  accept(connection: Duplex): void;
  /** Kills every kernel. */
  close(): void;
}

const CONTEXT_PATH = /^\/contexts\/([^/]+)(\/restart)?$/;

/** Opens the code interpreter of a sandbox. Kernels start with the first cell that needs them. */
export function openInterpreter(options: ContextTableOptions): Interpreter {
  const contexts = new ContextTable(options);
  const server = http.createServer((request, response) => {
    // A client that vanishes is not an error of the agent.
    request.on('error', () => undefined);
    response.on('error', () => undefined);
    void route(contexts, request, response).catch((thrown: unknown) =>
      replyFailure(request, response, thrown),
    );
  });
  server.keepAliveTimeout = 0;
  server.requestTimeout = 0;
  server.headersTimeout = 0;
  return {
    accept: (connection) => void server.emit('connection', connection),
    close: () => contexts.close(),
  };
}

async function route(
  contexts: ContextTable,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { method = '', url = '/' } = request;
  const path = url.split('?', 1)[0] ?? '/';
  const [, id, restart] = CONTEXT_PATH.exec(path) ?? [];
  if (id !== undefined) return changeContext(contexts, response, { id, action: `${method}${restart ?? ''}` });
  switch (`${method} ${path}`) {
    case 'GET /health':
      return replyText(response, 200, 'OK');
    case 'POST /execute':
      return execute(contexts, request, response);
    case 'GET /contexts':
      return replyJson(response, contexts.list().map(describe));
    case 'POST /contexts': {
      const { language, cwd } = await readContextRequest(request);
      return replyJson(response, describe(contexts.create(parseLanguage(language), cwd)));
    }
    default:
      throw new InterpreterFailure(404, 'Not Found');
  }
}

async function changeContext(
  contexts: ContextTable,
  response: ServerResponse,
  { id, action }: { readonly id: string; readonly action: string },
): Promise<void> {
  if (action === 'DELETE') contexts.remove(id);
  else if (action === 'POST/restart') await contexts.get(id).restart();
  else throw new InterpreterFailure(405, 'Method Not Allowed');
  response.writeHead(204).end();
}

async function execute(
  contexts: ContextTable,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { code, env, contextId, language } = await readExecuteRequest(request);
  const context =
    contextId === undefined ? contexts.defaultFor(parseLanguage(language)) : contexts.get(contextId);
  const left = new AbortController();
  response.once('close', () => left.abort());
  if (response.destroyed) return;
  await context.run({ code, env }, () => new ExecutionStream(response), left.signal);
}

function describe({ id, language, cwd }: CodeContext): object {
  return { id, language, cwd };
}

function replyFailure(request: IncomingMessage, response: ServerResponse, thrown: unknown): void {
  request.resume();
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  replyText(response, thrown instanceof InterpreterFailure ? thrown.status : 500, message);
}

function replyJson(response: ServerResponse, body: object): void {
  response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

function replyText(response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8' }).end(text);
}
