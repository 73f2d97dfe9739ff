import { homedir } from 'node:os';
import { askDaemon } from '../../ask-daemon.ts';
import { callerContext } from '../../../contract/caller-context.ts';
import type { CliContext } from '../../context.ts';
import { renderTable } from '../../render/table.ts';
import { openScreen } from '../../terminal/screen.ts';

/** `iris mcp ls`: the MCP servers whose tools scripts can be granted. */
export async function mcpLs(options: { readonly json?: boolean }, context: CliContext): Promise<void> {
  const servers = await askDaemon('server.list', callerContext(process.env, process.cwd()), context.distDir);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(servers, undefined, 2)}\n`);
    return;
  }
  if (servers.length === 0) {
    process.stderr.write(
      'iris: no file tells of an MCP server\n  Tell iris of one under mcpServers in .irisrc, or in .mcp.json.\n',
    );
    return;
  }
  const rows = servers.map(({ name, state, isGranted, program, file, starts }) => [
    name,
    isGranted && state === 'ready' ? 'granted' : state,
    program,
    file.replace(homedir(), '~'),
    starts,
  ]);
  const columns = [
    'NAME',
    'STATE',
    'FROM',
    { title: 'FILE', isCut: true, isExtra: true },
    { title: 'STARTS', isCut: true },
  ];
  process.stdout.write(renderTable(columns, rows, openScreen()));
}
