import { askDaemon } from '../../ask-daemon.ts';
import { callerContext } from '../../../contract/caller-context.ts';
import type { CliContext } from '../../context.ts';
import { oneLine } from '../../render/plain-text.ts';

/** `iris mcp allow`: lets this project use MCP servers that its own files tell of or ask for. */
export async function mcpAllow(
  names: readonly string[],
  options: { readonly remove?: boolean; readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  const isTakenBack = options.remove === true;
  const params = { ...callerContext(process.env, process.cwd()), names, isTakenBack };
  const servers = await askDaemon('server.allow', params, context.distDir);
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(servers)}\n`);
    return;
  }
  const done = isTakenBack ? 'No longer allowed here' : 'Allowed here';
  for (const { name, starts, file } of servers)
    process.stdout.write(`${done}: ${oneLine(`${name}: ${starts} (${file})`)}\n`);
}
