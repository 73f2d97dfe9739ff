import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ServerPool } from '../../../src/servers/connection/server-pool.ts';
import type { ServerDefinition, ServerLaunch } from '../../../src/servers/definition/server-definition.ts';
import { GrantedServers } from '../../../src/servers/grant/granted-servers.ts';
import { Observations } from '../../../src/servers/shape/observations.ts';
import { serveOverHttp } from '../../../src/mcp/server/serve-http.ts';
import { aBackend } from '../../unit/mcp/a-backend.ts';
import { tempDir, type TempDir } from '../../support/temp-dir.ts';
import { until } from '../../support/until.ts';

const SERVER = resolve('test/fixtures/mcp/notes-server.mjs');

const defineAs = (launch: ServerLaunch): ServerDefinition => ({
  name: 'notes',
  type: 'usable',
  source: { program: 'iris', owner: 'user', file: '/home/ada/.config/iris/config.yaml' },
  launch,
});
const define = (launch: Partial<Extract<ServerLaunch, { type: 'stdio' }>> = {}): ServerDefinition =>
  defineAs({ type: 'stdio', command: process.execPath, args: [SERVER], env: {}, ...launch });

let dir: TempDir;
let pool: ServerPool;
let observations: Observations;
let stderr: string;
beforeEach(async () => {
  dir = await tempDir();
  pool = new ServerPool({ logger: () => undefined });
  observations = new Observations(join(dir.path, 'shapes'));
  stderr = '';
});
afterEach(async () => {
  await pool[Symbol.asyncDispose]();
  await observations[Symbol.asyncDispose]();
  await dir[Symbol.asyncDispose]();
});

const USER_ENV: Readonly<Record<string, string>> = {
  PATH: process.env['PATH'] ?? '',
  TOKEN: 'abc',
  SECRET: 'own',
};

function grant(server = define(), env = USER_ENV): GrantedServers {
  return new GrantedServers({
    servers: [server],
    pool,
    observations,
    projectDir: dir.path,
    readEnv: async (names) =>
      Object.fromEntries(Object.entries(env).filter(([name]) => names.includes(name))),
    onStderr: (text) => {
      stderr += text;
    },
  });
}

const call = async (
  servers: GrantedServers,
  tool: string,
  input: unknown = {},
  signal = new AbortController().signal,
): Promise<unknown> => await servers.call(await servers.find(`notes.${tool}`), { input, signal });

describe('a granted server', () => {
  test('answers calls by its own names and by those of code', async () => {
    const servers = grant();

    expect(await call(servers, 'add_note', { text: 'buy milk' })).toEqual({ id: 1, count: 1 });
    expect(await call(servers, 'addNote', { text: 'milk again' })).toEqual({ id: 2, count: 2 });
    expect(await call(servers, 'searchNotes', { query: 'buy' })).toEqual({ found: [{ text: 'buy milk' }] });
    expect(await call(servers, 'drop_all')).toBe('done');
    expect(await call(servers, 'picture')).toMatchObject({ content: [{ type: 'text' }, { type: 'image' }] });
  });

  test('lists its tools with what they do, and with the form of what they answered', async () => {
    const servers = grant();
    await call(servers, 'add_note', { text: 'a' });
    await call(servers, 'search-notes', { query: 'a' });
    await call(servers, 'search-notes', { query: 'nothing like that' });
    const byName = new Map((await servers.list()).map((tool) => [tool.fullName, tool]));

    expect(byName.get('notes.add_note')).toMatchObject({
      title: 'Add a note',
      effect: 'write',
      output: { type: 'object', required: ['id', 'count'] },
      observed: undefined,
    });
    expect(byName.get('notes.search-notes')).toMatchObject({
      effect: 'read',
      output: undefined,
      observed: {
        type: 'object',
        required: ['found'],
        properties: { found: { type: 'array', items: { properties: { text: { type: 'string' } } } } },
      },
    });
    expect(byName.get('notes.drop_all')).toMatchObject({ effect: 'delete', observed: undefined });
  });

  test('keeps the forms for the next process, and nothing of the content', async () => {
    const servers = grant();
    await call(servers, 'environment');
    await observations[Symbol.asyncDispose]();
    const next = new Observations(join(dir.path, 'shapes'));
    const schema = await next.schemaOf(define(), 'environment');

    expect(schema).toMatchObject({ type: 'object', properties: { PATH: { type: 'string' } } });
    expect(JSON.stringify(schema)).not.toContain(USER_ENV['PATH']);
  });

  test('fails with what its tool says, and with what the tool takes', async () => {
    const servers = grant();

    await expect(call(servers, 'fail', { why: 'no ink' })).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: 'no ink',
      hint: 'notes.fail takes why.',
    });
    await expect(call(servers, 'add_note', { txt: 'a' })).rejects.toMatchObject({
      code: 'TOOL_FAILED',
      message: expect.stringContaining('txt'),
      hint: 'notes.add_note takes text, tags.',
      details: { parameters: ['text', 'tags'] },
    });
    await expect(call(servers, 'add_nte')).rejects.toMatchObject({
      code: 'IRIS_NOT_FOUND',
      hint: 'Did you mean notes.add_note?',
    });
  });

  test('gets the variables that it names and a few more, and no other', async () => {
    const env = await call(grant(define({ env: { NOTES_TOKEN: '${TOKEN}' } })), 'environment');

    expect(env).toMatchObject({ NOTES_TOKEN: 'abc', PATH: USER_ENV['PATH'] });
    expect(env).not.toHaveProperty('SECRET');
    expect(env).not.toHaveProperty('TOKEN');
  });

  test('that dies is started again with the next call, and the call that it died in is not repeated', async () => {
    const servers = grant();
    await call(servers, 'add_note', { text: 'a' });

    await expect(call(servers, 'crash')).rejects.toMatchObject({
      code: 'IRIS_UNAVAILABLE',
      hint: expect.stringContaining('It may have done what it was asked for'),
    });
    expect(await call(servers, 'add_note', { text: 'b' })).toEqual({ id: 1, count: 1 });
  });

  test('hears of a call that is cancelled', async () => {
    const servers = grant();
    await call(servers, 'drop_all');
    const stop = new AbortController();
    const waiting = call(servers, 'wait', {}, stop.signal);
    setTimeout(() => stop.abort(), 300);

    await expect(waiting).rejects.toMatchObject({ code: 'CANCELLED' });
    await until('the server heard of it', () => stderr.includes('wait was cancelled'));
  });

  test('that does not start tells why to whoever asks, and not to a script', async () => {
    const servers = grant(define({ env: { NOTES_REFUSE: '${TOKEN}' } }));
    const refused = await call(servers, 'add_note', { text: 'a' }).catch((error: unknown) => error);

    expect(refused).toMatchObject({ code: 'IRIS_UNAVAILABLE', message: expect.stringContaining('notes') });
    expect(JSON.stringify(refused)).not.toContain('abc');
    expect(stderr).toContain('no paper (abc)');
    await expect(call(grant(define({ command: '/no/such' })), 'fail')).rejects.toMatchObject({
      message: 'The MCP server notes cannot be reached: there is no such program',
    });
  });

  test('is one for all runs that start it alike, and ends with its pool', async () => {
    const [first, second] = [grant(), grant()];

    expect(await call(first, 'add_note', { text: 'a' })).toEqual({ id: 1, count: 1 });
    expect(await call(second, 'add_note', { text: 'b' })).toEqual({ id: 2, count: 2 });
    const running = serversRunning();
    await pool[Symbol.asyncDispose]();
    await until('the server has ended', () => serversRunning() === running - 1);
  });

  test('ends when nobody calls it for a while', async () => {
    pool = new ServerPool({ logger: () => undefined, idleMs: 100 });
    const before = serversRunning();
    await call(grant(), 'add_note', { text: 'a' });
    await until('the server has ended', () => serversRunning() === before);
  });
});

describe('a server that is reached by HTTP', () => {
  const TOKEN = 'a-token-for-tests';
  const at = (url: string): ServerDefinition =>
    defineAs({ type: 'http', url, headers: { Authorization: 'Bearer ${TOKEN}' } });
  const serve = () => {
    const backend = aBackend({ callTool: async () => ({ prompts: [], nextCursor: null }) });
    const choice = { toolsets: undefined, isReadOnly: false };
    const server = { backend, choice, logger: () => undefined, hasPrompts: false };
    return serveOverHttp(server, { port: 0, token: TOKEN, onError: () => undefined });
  };

  test('gets the token that its headers name', async () => {
    await using end = await serve();

    expect(await call(grant(at(end.url), { TOKEN }), 'prompt_list')).toMatchObject({ prompts: [] });
  });

  test('says that it wants another token', async () => {
    await using end = await serve();

    await expect(call(grant(at(end.url), { TOKEN: 'wrong' }), 'prompt_list')).rejects.toMatchObject({
      code: 'AUTH_REJECTED',
      message: 'The MCP server notes wants a token',
      hint: expect.stringContaining('Authorization'),
    });
  });

  test('may not be there', async () => {
    const { url, ...end } = await serve();
    await end[Symbol.asyncDispose]();

    await expect(call(grant(at(url), { TOKEN }), 'prompt_list')).rejects.toMatchObject({
      code: 'IRIS_UNAVAILABLE',
      message: 'The MCP server notes cannot be reached: nobody listens there',
    });
  });
});

function serversRunning(): number {
  if (!existsSync('/proc')) return 0;
  const lines = execFileSync('ps', ['-eo', 'args'], { encoding: 'utf8' }).split('\n');
  return lines.filter((line) => line.endsWith(SERVER) && line.includes(process.execPath)).length;
}
