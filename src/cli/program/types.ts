import type { Command } from 'commander';
import type { TypesOptions } from '../commands/types.ts';
import type { CliContext } from '../context.ts';

/** Adds `iris types`. */
export function addTypes(program: Command, context: CliContext): void {
  program
    .command('types')
    .description('Write types for the tools of MCP servers, for scripts that import them.')
    .argument('[server...]', 'servers of: iris mcp ls (default: those that the config grants)')
    .option('--out <dir>', 'where to write them', '.iris/servers')
    .option('--json', 'print JSON')
    .action(async (servers: readonly string[], options: TypesOptions) => {
      const { types } = await import('../commands/types.ts');
      await types(servers, options, context);
    });
}
