import { relative, resolve } from 'node:path';
import type { ServerToolRow } from '../../contract/daemon-wire.ts';
import { askDaemon } from '../ask-daemon.ts';
import { callerContext } from '../../contract/caller-context.ts';
import type { CliContext } from '../context.ts';
import { ENVIRONMENT_FILE, writeTypes } from '../types/write-types.ts';

export interface TypesOptions {
  readonly out: string;
  readonly json?: boolean;
}

/** `iris types`: writes what the tools of MCP servers take and answer as types of TypeScript. */
export async function types(
  names: readonly string[],
  { out, json }: TypesOptions,
  context: CliContext,
): Promise<void> {
  const projectDir = process.cwd();
  // A server that is fetched first may take its time.
  if (process.stderr.isTTY && json !== true) process.stderr.write('iris: asking for the tools\n');
  const tools = await readTools(names, context);
  const servers = new Map<string, ServerToolRow[]>();
  for (const tool of tools) servers.set(tool.server, [...(servers.get(tool.server) ?? []), tool]);
  const written = await writeTypes(servers, { projectDir, typesDir: resolve(projectDir, out) });
  if (json === true) {
    process.stdout.write(`${JSON.stringify({ servers: written, environment: ENVIRONMENT_FILE })}\n`);
    return;
  }
  for (const { server, tools: count, folder } of written)
    process.stdout.write(`${server}: ${count} tools in ${relative(projectDir, folder)}\n`);
  const [first] = written;
  if (first !== undefined)
    process.stderr.write(
      `iris: use them with: import { ${relative(resolve(projectDir, out), first.folder)} } from 'iris-prime/servers'; and: iris run --mcp ${first.server} script.ts\n`,
    );
}

async function readTools(names: readonly string[], context: CliContext): Promise<readonly ServerToolRow[]> {
  const pieces: Buffer[] = [];
  const params = { ...callerContext(process.env, process.cwd()), names };
  // The bytes lie in a buffer that is used again.
  await askDaemon('server.tools', params, context.distDir, (bytes) => pieces.push(Buffer.from(bytes)));
  return JSON.parse(Buffer.concat(pieces).toString('utf8'));
}
