import { Client, StreamableHTTPClientTransport } from '@modelcontextprotocol/client';
import { execa } from 'execa';
import { describe, expect, test } from 'vitest';
import type { McpBackend } from '../../../src/mcp/backend/backend.ts';
import { serveOverHttp, type HttpEnd } from '../../../src/mcp/server/serve-http.ts';
import { until } from '../../support/until.ts';
import { IRIS_BIN, openWorkspace } from '../../support/workspace.ts';
import { aBackend } from '../../unit/mcp/a-backend.ts';

const TOKEN = 'a-token-for-tests';

const LIST = {
  method: 'POST',
  body: JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'tools/list', params: {} }),
} as const;
const HEADERS = {
  'content-type': 'application/json',
  accept: 'application/json, text/event-stream',
  authorization: `Bearer ${TOKEN}`,
} as const;

function serve(own: Partial<McpBackend> = {}, port = 0): Promise<HttpEnd> {
  const choice = { toolsets: undefined, isReadOnly: false };
  const server = { backend: aBackend(own), choice, logger: () => undefined };
  return serveOverHttp(server, { port, token: TOKEN, onError: () => undefined });
}

async function beginSession(url: string): Promise<string> {
  const params = { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } };
  const body = JSON.stringify({ jsonrpc: '2.0', id: 1, method: 'initialize', params });
  const response = await fetch(url, { method: 'POST', headers: HEADERS, body });
  await response.text();
  return response.headers.get('mcp-session-id') ?? '';
}

async function ping(url: string, session: string): Promise<number> {
  const body = JSON.stringify({ jsonrpc: '2.0', id: 2, method: 'ping' });
  const headers = { ...HEADERS, 'mcp-session-id': session };
  const response = await fetch(url, { method: 'POST', headers, body });
  await response.text();
  return response.status;
}

async function connect(url: string, token: string, isModern: boolean): Promise<Client> {
  const client = new Client(
    { name: 'iris-test', version: '1.0.0' },
    isModern ? { versionNegotiation: { mode: { pin: '2026-07-28' } } } : {},
  );
  const requestInit = { headers: { authorization: `Bearer ${token}` } };
  await client.connect(new StreamableHTTPClientTransport(new URL(url), { requestInit }));
  return client;
}

describe('serveOverHttp()', () => {
  test.for([
    ['legacy', false],
    ['modern', true],
  ] as const)('serves a client of the %s era', async ([, isModern]) => {
    await using end = await serve();
    const client = await connect(end.url, TOKEN, isModern);

    const { tools } = await client.listTools();
    const answer = await client.callTool({ name: 'agent_status', arguments: {} });

    expect(tools.map(({ name }) => name)).toContain('agent_status');
    expect(answer.structuredContent).toEqual({ ok: true });
    await client.close();
  });

  test.for([
    ['no token', { authorization: '' }, 401],
    ['another token', { authorization: 'Bearer a-token-for-testS' }, 401],
    ['a name of another site', { host: 'evil.example' }, 403],
    ['the page of another site', { origin: 'https://evil.example' }, 403],
    ['a page without an origin', { origin: 'null' }, 403],
    ['all that is needed', {}, 200],
    ['a page of this machine', { origin: 'http://localhost:3000' }, 200],
  ] as const)('answers a request with %s', async ([, headers, status]) => {
    await using end = await serve();

    // Not fetch, which chooses its own Host.
    const { request } = await import('node:http');
    const answered = await new Promise<number | undefined>((resolve, reject) => {
      request(end.url, { method: LIST.method, headers: { ...HEADERS, ...headers } }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end(LIST.body);
    });

    expect(answered).toBe(status);
  });

  test.for([
    ['legacy', false],
    ['modern', true],
  ] as const)('ends a call that a client of the %s era cancels', async ([, isModern]) => {
    const ended = new AbortController();
    const cancel = new AbortController();
    await using end = await serve({
      callTool: (_tool, _input, signal) => {
        signal.addEventListener('abort', () => ended.abort());
        cancel.abort();
        return new Promise(() => undefined);
      },
    });
    const client = await connect(end.url, TOKEN, isModern);

    const call = client.callTool({ name: 'agent_status', arguments: {} }, { signal: cancel.signal });

    await expect(call).rejects.toThrow();
    await until('the call to end', () => ended.signal.aborted);
    await client.close();
  });

  test('ends the session that waited longest when there are too many', async () => {
    const choice = { toolsets: undefined, isReadOnly: false };
    const server = { backend: aBackend(), choice, logger: () => undefined };
    const options = { port: 0, token: TOKEN, onError: () => undefined, maxSessions: 2 };
    await using end = await serveOverHttp(server, options);
    const first = await beginSession(end.url);
    const second = await beginSession(end.url);
    await ping(end.url, first);
    await beginSession(end.url);

    expect([await ping(end.url, first), await ping(end.url, second)]).toEqual([200, 404]);
  });

  test('tells a client of a session that is gone to begin a new one', async () => {
    await using end = await serve();

    const headers = { ...HEADERS, 'mcp-session-id': 'long-ago' };
    const response = await fetch(end.url, { ...LIST, headers });

    expect(response.status).toBe(404);
  });

  test('knows no other path', async () => {
    await using end = await serve();

    const response = await fetch(new URL('/', end.url), { ...LIST, headers: HEADERS });

    expect(response.status).toBe(404);
  });

  test('tells that a port is taken', async () => {
    await using end = await serve();
    const { port } = new URL(end.url);

    await expect(serve({}, Number(port))).rejects.toMatchObject({
      code: 'USAGE_INVALID',
      message: expect.stringContaining('EADDRINUSE'),
    });
  });
});

describe('iris mcp serve --http', () => {
  test('prints its address and a token on stderr, serves, and ends well with Ctrl-C', async () => {
    await using space = await openWorkspace();
    const server = execa(process.execPath, [IRIS_BIN, 'mcp', 'serve', '--http', '0'], {
      cwd: space.dir,
      env: space.env,
      extendEnv: false,
      reject: false,
      timeout: 20_000,
    });
    let told = '';
    server.stderr.on('data', (bytes) => (told += String(bytes)));
    const token = await until('the token', () => /Bearer (\S+)/.exec(told)?.[1]);
    const url = /http:\S+\/mcp/.exec(told)?.[0] ?? '';

    const client = await connect(url, token, true);
    const { tools } = await client.listTools();
    await client.close();
    server.kill('SIGINT');
    const { exitCode, stdout } = await server;

    expect(tools.length).toBeGreaterThan(0);
    expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: '' });
  });

  test('takes the token of IRIS_MCP_TOKEN and does not print it', async () => {
    await using space = await openWorkspace();
    const server = execa(process.execPath, [IRIS_BIN, 'mcp', 'serve', '--http', '0'], {
      cwd: space.dir,
      env: { ...space.env, IRIS_MCP_TOKEN: TOKEN },
      extendEnv: false,
      reject: false,
      timeout: 20_000,
    });
    let told = '';
    server.stderr.on('data', (bytes) => (told += String(bytes)));
    const url = await until('the address', () => /http:\S+\/mcp/.exec(told)?.[0]);

    const client = await connect(url, TOKEN, true);
    await client.close();
    server.kill('SIGTERM');
    await server;

    expect(told).not.toContain(TOKEN);
  });
});
