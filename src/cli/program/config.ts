import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

interface ConfigFlags {
  readonly explain?: boolean;
  readonly json?: boolean;
}

/** Adds `iris config`. */
export function addConfig(program: Command, context: CliContext): void {
  const config = program.command('config').description('Look at the configuration that holds here.');
  config
    .command('list')
    .alias('ls')
    .description('List every key with its value.')
    .option('--explain', 'also where each value comes from')
    .option('--json', 'print JSON')
    .action(async (options: ConfigFlags) => {
      const { configList } = await import('../commands/config.ts');
      await configList(options, context);
    });
  config
    .command('get')
    .description('Print the value of one key.')
    .argument('<key>', 'such as limits.memory')
    .option('--explain', 'also where it comes from, what it means and how to set it')
    .option('--json', 'print JSON')
    .action(async (key: string, options: ConfigFlags) => {
      const { configGet } = await import('../commands/config.ts');
      await configGet(key, options, context);
    });
}
