import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

/** Adds `iris tools`. */
export function addTools(program: Command, context: CliContext): void {
  const tools = program
    .command('tools')
    .description('List and call the tools that scripts and agents use, on the data of this project.');
  tools
    .command('ls')
    .alias('list')
    .description('List the tools.')
    .option('--json', 'print JSON, with the schemas of what each takes and answers')
    .action(async (options: { json?: boolean }) => {
      const { toolsLs } = await import('../commands/tools-ls.ts');
      await toolsLs(options, context);
    });
  tools
    .command('call')
    .description('Call one tool and print its answer as JSON.')
    .argument('<name>', 'a name of: iris tools ls')
    .option('-i, --input <json>', 'what it takes, as JSON; - reads it from standard input')
    .option('--json', 'print the answer on one line')
    .action(async (name: string, options: { input?: string; json?: boolean }) => {
      const { toolsCall } = await import('../commands/tools-call.ts');
      await toolsCall(name, options, context);
    });
}
