import type { Command } from 'commander';
import type { AgreementOptions } from '../commands/reflexion/agreement.ts';
import type { CliContext } from '../context.ts';

/** Adds `iris reflexion`. */
export function addReflexion(program: Command, context: CliContext): void {
  const reflexion = program.command('reflexion').description('Look at the evaluations of outputs.');
  reflexion
    .command('agreement')
    .description('Tell how far the verdicts of two sources agree.')
    .argument('[first]', 'human, agent, judge or checks (default: judge)')
    .argument('[second]', 'the same (default: human)')
    .option('--task <task>', 'of this task')
    .option('--since <time>', 'a time ago (7d) or a moment (default: all)')
    .option('--json', 'print JSON')
    .action(async (first: string | undefined, second: string | undefined, options: AgreementOptions) => {
      const { agreement } = await import('../commands/reflexion/agreement.ts');
      await agreement({ first, second }, options, context);
    });
}
