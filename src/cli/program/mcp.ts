import type { Command } from 'commander';
import type { McpInstallOptions } from '../commands/mcp/install.ts';
import type { McpServeOptions } from '../commands/mcp/serve.ts';
import type { CliContext } from '../context.ts';

/** Adds `iris mcp`. */
export function addMcp(program: Command, context: CliContext): void {
  const mcp = program
    .command('mcp')
    .description('Give the tools to MCP clients, and scripts those of other MCP servers.');
  addOthers(mcp, context);
  mcp
    .command('serve')
    .description('Serve the tools to one MCP client on standard input and output.')
    .option('--read-only', 'leave out everything that changes something')
    .option('--toolsets <list>', 'list other tools: groups, default or all, with commas between')
    .option('--project <id>', 'whose data it is (default: that of the project here)')
    .option('--mcp <names>', 'other MCP servers whose tools run_code may call, with commas between')
    .option('--http <port>', 'serve Streamable HTTP on this port of loopback instead; 0 is any')
    .action(async (options: McpServeOptions) => {
      const { mcpServe } = await import('../commands/mcp/serve.ts');
      await mcpServe(options, context);
    });
  mcp
    .command('install')
    .description('Tell an MCP client of iris; without a client, list those that are here.')
    .argument(
      '[client]',
      'claude-code, claude-desktop, cursor, vscode, codex, gemini, windsurf, zed, opencode',
    )
    .option('--scope <scope>', 'user, or project for a file in this folder', 'user')
    .option('--project <id>', 'whose data it is (default: that of the place where the client starts it)')
    .option('--toolsets <list>', 'as for iris mcp serve')
    .option('--read-only', 'as for iris mcp serve')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--json', 'print JSON')
    .action(async (client: string | undefined, options: McpInstallOptions) => {
      const { mcpInstall } = await import('../commands/mcp/install.ts');
      await mcpInstall(client, options, context);
    });
  mcp
    .command('uninstall')
    .description('Take iris out of the settings of an MCP client.')
    .argument('<client>', 'as for iris mcp install')
    .option('--scope <scope>', 'user, or project for a file in this folder', 'user')
    .option('--dry-run', 'show what would change, and change nothing')
    .option('--json', 'print JSON')
    .action(async (client: string, options: McpInstallOptions) => {
      const { mcpUninstall } = await import('../commands/mcp/install.ts');
      await mcpUninstall(client, options);
    });
}

/** What concerns other servers. */
function addOthers(mcp: Command, context: CliContext): void {
  mcp
    .command('ls')
    .alias('list')
    .description('List the MCP servers that scripts can be granted: iris run --mcp <name>.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { mcpLs } = await import('../commands/mcp/ls.ts');
      await mcpLs(options, context);
    });
  mcp
    .command('allow')
    .description('Let this project use servers that its own files tell of or ask for.')
    .argument('<server...>', 'names of: iris mcp ls')
    .option('--remove', 'take it back')
    .option('--json', 'print JSON')
    .action(async (servers: readonly string[], options: { remove?: boolean; json?: boolean }) => {
      const { mcpAllow } = await import('../commands/mcp/allow.ts');
      await mcpAllow(servers, options, context);
    });
}
