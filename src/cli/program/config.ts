import type { Command } from 'commander';
import type { CliContext } from '../context.ts';

interface ConfigFlags {
  readonly explain?: boolean;
  readonly json?: boolean;
}

interface ScopeFlags {
  readonly project?: boolean;
  readonly user?: boolean;
  readonly json?: boolean;
}

/** Adds `iris config`. */
export function addConfig(program: Command, context: CliContext): void {
  const config = program
    .command('config')
    .description('Look at the configuration that holds here, and change it.');
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
  config
    .command('set')
    .description("Write the value of one key into the project's file, with its comments kept.")
    .argument('<key>', 'such as limits.memory, or env.LOG_LEVEL')
    .argument('<value>', 'as in a file; a list is a,b or JSON')
    .option('--project', "into the project's file, which is made where there is none; without a word as well")
    .option('--user', 'into your own file, for all projects')
    .option('--json', 'print JSON')
    .action(async (key: string, value: string, options: ScopeFlags) => {
      const { configSet } = await import('../commands/config-set.ts');
      await configSet(key, value, options);
    });
  config
    .command('unset')
    .description("Take one key out of the project's file.")
    .argument('<key>', 'such as limits.memory')
    .option('--project', "out of the project's file; without a word as well")
    .option('--user', 'out of your own file')
    .option('--json', 'print JSON')
    .action(async (key: string, options: ScopeFlags) => {
      const { configUnset } = await import('../commands/config-set.ts');
      await configUnset(key, options);
    });
}
