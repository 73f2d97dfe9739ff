import type { Command } from 'commander';
import type { PatternsOptions } from '../commands/patterns/patterns.ts';
import type { CliContext } from '../context.ts';
import { toCount, toList, toShare } from './list-options.ts';

/** Adds `iris patterns`. */
export function addPatterns(program: Command, context: CliContext): void {
  program
    .command('patterns')
    .description(
      'Find what goes together in the sessions of this project. A pattern is a hint, and no proof.',
    )
    .option('--target <item>', 'rules that lead to it, such as outcome=failure; may be given again', toList)
    .option(
      '--kind <kind>',
      'rule, itemset, sequence or seq_rule; may be given again (default: rule)',
      toList,
    )
    .option('--min-support <share>', 'in which share of the cases, at least (default: 0.3)', toShare)
    .option('--min-confidence <share>', 'how sure a rule must be (default: 0.7)', toShare)
    .option('--unit <unit>', 'what a case is: session, trace or agent (default: session)')
    .option('--sort <figure>', 'qValue, lift, confidence, support or leverage (default: qValue)')
    .option('--since <time>', 'a time ago (7d) or a moment (default: 30d)')
    .option('--until <time>', 'the same')
    .option('-n, --limit <count>', 'how many at most (default: 10)', toCount)
    .option('--json', 'print JSON')
    .action(async (options: PatternsOptions) => {
      const { patterns } = await import('../commands/patterns/patterns.ts');
      await patterns(options, context);
    });
}
