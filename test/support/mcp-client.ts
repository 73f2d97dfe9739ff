import { Client } from '@modelcontextprotocol/client';
import { StdioClientTransport } from '@modelcontextprotocol/client/stdio';
import { IRIS_BIN, type Workspace } from './workspace.ts';

/** The protocol of 2025, and that of 2026. */
export type Era = 'legacy' | 'modern';

export interface McpSession extends AsyncDisposable {
  readonly client: Client;
  readonly pid: number;
}

/** Starts `iris mcp serve` in a workspace and connects the official client to it. */
export async function openMcpSession(
  space: Pick<Workspace, 'dir' | 'env'>,
  { era = 'modern', args = [] }: { readonly era?: Era; readonly args?: readonly string[] } = {},
): Promise<McpSession> {
  const transport = new StdioClientTransport({
    command: process.execPath,
    args: ['--', IRIS_BIN, 'mcp', 'serve', ...args],
    env: { ...space.env },
    cwd: space.dir,
  });
  const client = new Client(
    { name: 'iris-test', version: '1.0.0' },
    era === 'modern' ? { versionNegotiation: { mode: { pin: '2026-07-28' } } } : {},
  );
  await client.connect(transport);
  return { client, pid: transport.pid ?? 0, [Symbol.asyncDispose]: () => client.close() };
}
