import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { execa } from 'execa';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMcpSession, type Era, type McpSession } from '../../support/mcp-client.ts';
import { until } from '../../support/until.ts';
import { IRIS_BIN, openWorkspace, type Workspace } from '../../support/workspace.ts';

const MAX_LIST_TOKENS = 6_000;
const BYTES_PER_TOKEN = 4;

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({ 'package.json': '{}', 'lib.ts': 'export const answer: number = 42;' });
});
afterAll(async () => {
  await space?.[Symbol.asyncDispose]();
});

describe.for<[Era, string]>([
  ['legacy', '2025-11-25'],
  ['modern', '2026-07-28'],
])('a client of the %s era', ([era, revision]) => {
  let session: McpSession;
  beforeAll(async () => {
    session = await openMcpSession(space, { era });
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
  });

  test('speaks its revision and sees the tools with all that it has to know', async () => {
    const list = await session.client.listTools();

    expect(session.client.getNegotiatedProtocolVersion()).toBe(revision);
    expect(list.tools.map(({ name }) => name)).toEqual(
      expect.arrayContaining(['pattern_discovery', 'agent_status', 'run_code', 'search_tools']),
    );
    for (const { title, description, annotations, inputSchema, outputSchema } of list.tools) {
      expect({ title, description }).toEqual({ title: expect.any(String), description: expect.any(String) });
      expect(Object.values(annotations ?? {})).toEqual(Array(4).fill(expect.any(Boolean)));
      expect(inputSchema).toMatchObject({ type: 'object', additionalProperties: false });
      expect(outputSchema).toMatchObject({ type: 'object' });
    }
    expect(JSON.stringify(list).length / BYTES_PER_TOKEN).toBeLessThan(MAX_LIST_TOKENS);
  });

  test('gets answers twice alike: as structured content and as text', async () => {
    const answer = await session.client.callTool({
      name: 'agent_register',
      arguments: { agentId: `agent-${era}` },
    });

    expect(answer.structuredContent).toMatchObject({ agentId: `agent-${era}`, registered: true });
    expect(answer.content).toEqual([{ type: 'text', text: JSON.stringify(answer.structuredContent) }]);
  });

  test('is told how a list goes on', async () => {
    for (const event of ['one', 'two'])
      await session.client.callTool({ name: 'agent_register', arguments: { agentId: `${era}-${event}` } });

    const { structuredContent } = await session.client.callTool({
      name: 'agent_status',
      arguments: { limit: 1 },
    });

    expect(structuredContent).toMatchObject({
      nextCursor: expect.any(String),
      hint: expect.stringContaining('cursor'),
    });
  });

  test('is told what is wrong with a call, and what would be right', async () => {
    const answer = await session.client.callTool({ name: 'agent_status', arguments: { limt: 5 } });

    expect(answer.isError).toBe(true);
    expect(answer.structuredContent).toMatchObject({
      error: {
        code: 'IRIS_INVALID_ARGUMENT',
        message: expect.stringContaining('did you mean limit?'),
        hint: expect.stringContaining('agentId'),
        parameters: ['agentId', 'card', 'limit', 'cursor'],
      },
    });
  });

  test('gets a protocol error for a tool that is none', async () => {
    await expect(session.client.callTool({ name: 'nope', arguments: {} })).rejects.toMatchObject({
      code: -32602,
    });
  });

  test('is told which tools the code called', async () => {
    const code = `import { iris } from 'iris-prime';
      await iris.logEvent('from.code'); await iris.getPrompt('none').catch(() => undefined);`;

    const { structuredContent } = await session.client.callTool({ name: 'run_code', arguments: { code } });

    expect(structuredContent).toMatchObject({
      exitCode: 0,
      toolCalls: [
        { tool: 'telemetry_log', outcome: 'ok' },
        { tool: 'prompt_get', outcome: 'IRIS_NOT_FOUND' },
      ],
    });
  });

  test('runs code with imports of the project, hears of its progress, and leaves no file behind', async () => {
    const progress: number[] = [];
    const code =
      "import { answer } from './lib.ts'; console.log(answer); console.error('e'); process.exitCode = 3;";

    const { structuredContent } = await session.client.callTool(
      { name: 'run_code', arguments: { code } },
      { onprogress: (step) => progress.push(step.progress) },
    );

    expect(structuredContent).toMatchObject({
      exitCode: 3,
      stdout: '42\n',
      stderr: 'e\n',
      stdoutTruncated: false,
      toolCalls: [],
      sandbox: { id: expect.any(String), name: 'default' },
    });
    expect(progress.length).toBeGreaterThan(0);
    expect(progress).toEqual(progress.toSorted((a, b) => a - b));
    expect(readdirSync(space.dir).toSorted()).toEqual(['lib.ts', 'package.json']);
  });

  test('is told where the code is wrong', async () => {
    const { isError, structuredContent } = await session.client.callTool({
      name: 'run_code',
      arguments: { code: 'const = 1;' },
    });

    expect(isError).toBe(true);
    expect(structuredContent).toMatchObject({ error: { code: 'SCRIPT_INVALID' } });
  });

  test('gets the head and the tail of much output', async () => {
    const code = 'for (let line = 0; line < 20000; line++) console.log(`line ${line}`);';

    const { structuredContent } = await session.client.callTool({ name: 'run_code', arguments: { code } });

    expect(structuredContent).toMatchObject({ stdoutTruncated: true, hint: expect.any(String) });
    expect(Object(structuredContent).stdout).toMatch(/^line 0\n[^]*line 19999\n$/);
  });

  test('ends a run by cancelling the call', async () => {
    const started = new AbortController();
    const file = `ended-${era}`;
    const code = `process.on('exit', () => 0); console.log('on'); setInterval(() => 0, 1000);`;
    const call = session.client.callTool(
      { name: 'run_code', arguments: { code, sandbox: file } },
      { signal: started.signal, onprogress: ({ message }) => message === 'Running' && started.abort() },
    );

    await expect(call).rejects.toThrow();

    await until('the run to be over', async () => {
      const { stdout } = await space.iris(['daemon', 'status', '--json']);
      return JSON.parse(String(stdout)).runs === 0;
    });
  });
});

describe('iris mcp serve', () => {
  test('lists its tools without a daemon', async () => {
    await using apart = await openWorkspace();
    await using session = await openMcpSession(apart);

    await session.client.listTools();
    await session.client.callTool({ name: 'search_tools', arguments: { query: 'vote' } });
    await session.client.callTool({ name: 'agent_status', arguments: { limt: 1 } });

    expect(existsSync(join(apart.stateDir, 'irisd.log'))).toBe(false);
  });

  test('keeps the data of projects apart', async () => {
    await using here = await openMcpSession(space);
    await using there = await openMcpSession(space, { args: ['--project', 'elsewhere'] });
    await here.client.callTool({ name: 'agent_register', arguments: { agentId: 'here' } });

    const { structuredContent } = await there.client.callTool({ name: 'agent_status', arguments: {} });

    expect(structuredContent).toMatchObject({ agents: [] });
  });

  test('offers what it was told to offer', async () => {
    await using session = await openMcpSession(space, {
      args: ['--read-only', '--toolsets', 'prompts,data'],
    });

    const { tools } = await session.client.listTools();

    expect(tools.map(({ name }) => name)).toEqual([
      'prompt_get',
      'prompt_list',
      'prompt_diff',
      'data_export',
      'search_tools',
      'describe_tool',
    ]);
  });

  test('says nothing but protocol on stdout, and ends with its input, at once and well', async () => {
    const hello = {
      jsonrpc: '2.0',
      id: 1,
      method: 'initialize',
      params: { protocolVersion: '2025-06-18', capabilities: {}, clientInfo: { name: 'x', version: '1' } },
    };
    const server = execa(process.execPath, [IRIS_BIN, 'mcp', 'serve'], {
      cwd: space.dir,
      env: space.env,
      extendEnv: false,
      reject: false,
      input: `${JSON.stringify(hello)}\n`,
      timeout: 10_000,
    });

    const { stdout, stderr, exitCode } = await server;

    expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: '' });
    expect(stdout.split('\n').map((line) => JSON.parse(line).jsonrpc)).toEqual(['2.0']);
  });

  test('ends while a call is under way when its input ends', async () => {
    const call = {
      jsonrpc: '2.0',
      id: 2,
      method: 'tools/call',
      params: { name: 'run_code', arguments: { code: 'setInterval(() => 0, 1000)' } },
    };
    const server = execa(process.execPath, [IRIS_BIN, 'mcp', 'serve'], {
      cwd: space.dir,
      env: space.env,
      extendEnv: false,
      reject: false,
      timeout: 20_000,
    });
    server.stdin.write(`${JSON.stringify(call)}\n`);
    await until('the code to be placed', () =>
      readdirSync(space.dir).some((name) => name.includes('iris-code')),
    );
    server.stdin.end();

    const { exitCode, timedOut } = await server;

    expect({ exitCode, timedOut }).toEqual({ exitCode: 0, timedOut: false });
    expect(readdirSync(space.dir).toSorted()).toEqual(['lib.ts', 'package.json']);
  });

  test('refuses a toolset that is none', async () => {
    const { exitCode, stdout, stderr } = await space.iris(['mcp', 'serve', '--toolsets', 'promts']);

    expect({ exitCode, stdout }).toEqual({ exitCode: 64, stdout: '' });
    expect(stderr).toContain('Did you mean prompts?');
  });
});
