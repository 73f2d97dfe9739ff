import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Client } from '@modelcontextprotocol/client';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openMcpSession, type Era, type McpSession } from '../../support/mcp-client.ts';
import { until } from '../../support/until.ts';
import { openWorkspace, type Workspace } from '../../support/workspace.ts';

const RUN = { type: 'ref/resource', uri: 'iris://runs/{id}' } as const;

let space: Workspace;
beforeAll(async () => {
  space = await openWorkspace();
  await space.write({ 'package.json': '{}' });
});
afterAll(async () => {
  await space?.[Symbol.asyncDispose]();
});

async function read(client: Client, uri: string): Promise<Record<string, unknown>> {
  const { contents } = await client.readResource({ uri });
  const [content] = contents;
  expect(contents).toMatchObject([{ uri, mimeType: 'application/json', text: expect.any(String) }]);
  return JSON.parse(content !== undefined && 'text' in content ? content.text : '');
}

/** Runs code that calls a tool and waits until the run is kept. */
async function aKeptRun(client: Client): Promise<string> {
  const code = `import { iris } from 'iris-prime'; await iris.logEvent('from.code');`;
  const { structuredContent } = await client.callTool({ name: 'run_code', arguments: { code } });
  const { runId } = Object(structuredContent);
  await until('the run to be kept', async () =>
    JSON.stringify(await read(client, 'iris://runs')).includes(runId),
  );
  return runId;
}

describe.for<Era>(['legacy', 'modern'])('a client of the %s era', (era) => {
  let session: McpSession;
  beforeAll(async () => {
    session = await openMcpSession(space, { era });
  });
  afterAll(async () => {
    await session?.[Symbol.asyncDispose]();
  });

  test('sees the runs among the resources', async () => {
    const { resources, ...list } = await session.client.listResources();
    const { resourceTemplates, ...templateList } = await session.client.listResourceTemplates();

    expect(resources).toEqual([
      {
        uri: 'iris://runs',
        name: 'runs',
        title: expect.any(String),
        description: expect.stringContaining('run_list'),
        mimeType: 'application/json',
      },
    ]);
    expect(resourceTemplates).toMatchObject([
      { uriTemplate: 'iris://runs/{id}', name: 'run', mimeType: 'application/json' },
    ]);
    const hint = era === 'modern' ? { ttlMs: 300_000, cacheScope: 'private' } : {};
    expect([list, templateList]).toMatchObject([hint, hint]);
  });

  test('reads the newest runs, and one with its tool calls, by an id that it had completed', async () => {
    const id = await aKeptRun(session.client);

    const newest = await read(session.client, 'iris://runs');
    const run = await read(session.client, `iris://runs/${id}`);
    const argument = { name: 'id', value: id.slice(0, -1) };
    const { completion } = await session.client.complete({ ref: RUN, argument });

    expect(newest['runs']).toContainEqual(expect.objectContaining({ id, exitCode: 0, calls: 1 }));
    expect(run).toMatchObject({ id, toolCalls: [{ tool: 'telemetry_log', outcome: 'ok' }] });
    expect(completion).toMatchObject({ values: [id], hasMore: false });
  });

  test('has prompts completed besides', async () => {
    const name = `review-${era}`;
    const metadata = { completions: { language: ['Rust', 'Go'] } };
    const saved = { name, template: 'In {{language}}.', labels: ['production'], metadata };
    await session.client.callTool({ name: 'prompt_save', arguments: saved });

    const ref = { type: 'ref/prompt', name } as const;
    const { completion } = await session.client.complete({ ref, argument: { name: 'language', value: 'r' } });

    expect(completion.values).toEqual(['Rust']);
  });

  test.for([
    ['iris://runs/run_nowhere', 'The newest are in iris://runs.'],
    ['iris://runs/a/b', 'There are iris://runs and iris://runs/{id}.'],
    ['iris://elsewhere', 'There are iris://runs and iris://runs/{id}.'],
    ['https://example.com/', 'There are iris://runs and iris://runs/{id}.'],
  ] as const)('is told that there is no %s, and what to do next', async ([uri, hint]) => {
    await expect(session.client.readResource({ uri })).rejects.toMatchObject({
      code: -32602,
      data: { uri },
      message: expect.stringContaining(hint),
    });
  });

  test('gets a protocol error for the completion of a template that is none', async () => {
    const ref = { type: 'ref/resource', uri: 'iris://nothing/{id}' } as const;
    const completion = session.client.complete({ ref, argument: { name: 'id', value: '' } });

    await expect(completion).rejects.toMatchObject({ code: -32602 });
  });
});

test('listing resources needs no daemon', async () => {
  await using apart = await openWorkspace();
  await using session = await openMcpSession(apart);

  await session.client.listResources();
  await session.client.listResourceTemplates();

  expect(existsSync(join(apart.stateDir, 'irisd.log'))).toBe(false);
});

test('a database that cannot be reached fails a read, and neither a list nor a completion', async () => {
  const env = { ...space.env, IRIS_STORE: 'postgres', DATABASE_URL: 'postgres://nobody@127.0.0.1:9/none' };
  await using session = await openMcpSession({ dir: space.dir, env });

  expect((await session.client.listResources()).resources).toHaveLength(1);
  for (const uri of ['iris://runs', 'iris://runs/run_1'])
    await expect(session.client.readResource({ uri })).rejects.toMatchObject({
      code: -32603,
      message: expect.stringContaining('Postgres cannot be reached'),
    });
  const { completion } = await session.client.complete({ ref: RUN, argument: { name: 'id', value: '' } });
  expect(completion.values).toEqual([]);
});

test.for([
  [['--read-only'], true],
  [['--toolsets', 'runs'], true],
  [['--toolsets', 'prompts'], false],
  [['--toolsets', 'default'], false],
] as const)('with %j runs are resources: %s', async ([args, isOffered]) => {
  await using session = await openMcpSession(space, { args });

  expect(session.client.getServerCapabilities()?.resources !== undefined).toBe(isOffered);
});

test.for<Era>(['legacy', 'modern'])(
  'ids of runs are completed where there are no prompts, in the %s era',
  async (era) => {
    await using session = await openMcpSession(space, { era, args: ['--toolsets', 'runs,sandbox'] });
    const id = await aKeptRun(session.client);

    const { completion } = await session.client.complete({ ref: RUN, argument: { name: 'id', value: id } });

    expect(completion.values).toEqual([id]);
  },
);
