import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { openWorkspace } from '../test/support/workspace.ts';
import { installApart } from './install-apart.ts';

const SDK = '@modelcontextprotocol/sdk@1.32.2';

/** What is used of the first SDK, whose types are not installed here. */
interface FirstClient {
  connect(transport: object): Promise<void>;
  listTools(): Promise<{ tools: readonly { readonly name: string }[] }>;
  callTool(call: {
    name: string;
    arguments: object;
  }): Promise<{ isError?: boolean; structuredContent?: object }>;
  close(): Promise<void>;
}

await main(process.argv[2]);

/** Serves the client of the first SDK, which most programs still hold; `tsx scripts/run-first-client.ts [folder]`. */
async function main(folder: string | undefined): Promise<void> {
  await using apart = await installApart([SDK], folder);
  if (apart === undefined) return;
  const load = (file: string) =>
    import(pathToFileURL(join(apart.modules, '@modelcontextprotocol/sdk/dist/esm/client', file)).href);
  const [{ Client }, { StdioClientTransport }] = [await load('index.js'), await load('stdio.js')];
  await using space = await openWorkspace();
  const client: FirstClient = new Client({ name: 'first', version: '1.0.0' });
  await client.connect(
    new StdioClientTransport({
      command: process.execPath,
      args: [resolve('bin/iris.cjs'), 'mcp', 'serve'],
      env: space.env,
      cwd: space.dir,
    }),
  );
  const { tools } = await client.listTools();
  const answer = await client.callTool({ name: 'agent_register', arguments: { agentId: 'first' } });
  const failure = await client.callTool({ name: 'agent_status', arguments: { limt: 1 } });
  await client.close();
  report('sees the tools', tools.length > 0);
  report('gets a structured answer', answer.isError !== true && answer.structuredContent !== undefined);
  report('gets the failure of a call as an answer', failure.isError === true);
}

function report(what: string, isRight: boolean): void {
  console.log(`${isRight ? 'ok  ' : 'FAIL'} a client of the first MCP SDK ${what}`);
  if (!isRight) process.exitCode = 1;
}
