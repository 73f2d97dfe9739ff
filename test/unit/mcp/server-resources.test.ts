import { Client } from '@modelcontextprotocol/client';
import { InMemoryTransport, ResourceTemplate, type McpServer } from '@modelcontextprotocol/server';
import { expect, test } from 'vitest';
import { IrisError } from '../../../src/core/errors.ts';
import type { McpBackend } from '../../../src/mcp/backend/backend.ts';
import { createServerFactory } from '../../../src/mcp/server/server-factory.ts';
import { aBackend } from './a-backend.ts';
import { aRun } from './a-run.ts';

const RUN = { type: 'ref/resource', uri: 'iris://runs/{id}' } as const;

interface Served {
  readonly own?: Partial<McpBackend>;
  readonly toolsets?: readonly string[];
  readonly logged?: unknown[];
  readonly extend?: (server: McpServer) => void;
}

async function connect({ own, toolsets, logged = [], extend }: Served): Promise<Client> {
  const server = createServerFactory({
    backend: aBackend(own),
    choice: { toolsets, isReadOnly: false },
    logger: (event) => void logged.push(event),
    extend,
  })();
  const [near, far] = InMemoryTransport.createLinkedPair();
  const client = new Client({ name: 'iris-test', version: '1.0.0' });
  await Promise.all([server.connect(far), client.connect(near)]);
  return client;
}

test.for([
  ['and prompts', undefined],
  ['alone', ['runs']],
] as const)('a server of runs %s completes to a hundred ids at most', async ([, toolsets]) => {
  const ids = Array.from({ length: 150 }, (_, index) => `run_${index}`);
  const callTool = () => Promise.resolve({ runs: ids.map(aRun), nextCursor: null });
  const client = await connect({ own: { callTool }, toolsets });

  const { completion } = await client.complete({ ref: RUN, argument: { name: 'id', value: 'run_' } });

  expect(completion).toEqual({ values: ids.slice(0, 100), total: 150, hasMore: true });
});

test('a server completes nothing but the id of a run', async () => {
  const client = await connect({});

  const { completion } = await client.complete({ ref: RUN, argument: { name: 'other', value: '' } });

  expect(completion.values).toEqual([]);
});

test('a server keeps what failed inside to its log', async () => {
  const logged: unknown[] = [];
  const failure = new Error('the secret of a stranger');
  const client = await connect({ own: { callTool: () => Promise.reject(failure) }, logged });

  await expect(client.readResource({ uri: 'iris://runs' })).rejects.toMatchObject({
    code: -32603,
    message: expect.not.stringContaining('secret'),
  });
  expect(logged).toEqual(['mcp.failed']);
});

test('a server logs nothing of a run that is not there', async () => {
  const logged: unknown[] = [];
  const failure = new IrisError('IRIS_NOT_FOUND', 'none');
  const client = await connect({ own: { callTool: () => Promise.reject(failure) }, logged });

  await expect(client.readResource({ uri: 'iris://runs/run_1' })).rejects.toMatchObject({ code: -32602 });
  expect(logged).toEqual([]);
});

test('a server serves the resources that are added to it', async () => {
  const client = await connect({
    extend: (server) =>
      void server.registerResource(
        'added',
        new ResourceTemplate('test://{id}', { list: undefined }),
        {},
        (uri, { id }) => ({ contents: [{ uri: uri.href, text: `added ${String(id)}` }] }),
      ),
  });

  const { contents } = await client.readResource({ uri: 'test://one' });

  expect(contents).toEqual([{ uri: 'test://one', text: 'added one' }]);
});
