import type { Command } from 'commander';
import type { CliContext } from '../context.ts';
import type { InitOptions } from '../init/choices.ts';

/** Adds `iris init`. */
export function addInit(program: Command, context: CliContext): void {
  program
    .command('init')
    .description('Make a project from a template.')
    .argument('[dir]', 'the folder, new or empty')
    .option('-t, --template <name>', 'what to begin with: iris init --list (default: hello)')
    .option('--name <name>', 'of the package (default: as its folder)')
    .option('--package-manager <name>', 'npm, pnpm, yarn or bun (default: the one in use)')
    .option('--no-install', 'do not install its packages')
    .option('-y, --yes', 'ask nothing, and take the defaults')
    .option('--list', 'list the templates')
    .option('--json', 'print JSON')
    .option('--no-input', 'never ask for anything')
    .action(async (dir: string | undefined, options: InitOptions) => {
      const { init } = await import('../commands/init.ts');
      await init(dir, options, context);
    });
}
