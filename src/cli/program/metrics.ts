import type { Command } from 'commander';
import type { MetricsOptions } from '../commands/metrics/metrics.ts';
import type { CliContext } from '../context.ts';
import { toList } from './list-options.ts';

/** Adds `iris metrics`. */
export function addMetrics(program: Command, context: CliContext): void {
  program
    .command('metrics')
    .description('Show the metrics: counts, sums and percentiles.')
    .argument('[name]', 'a metric, or the beginning of names: "tool.*"')
    .option('--by <tag>', 'apart by this tag, or by each set of tags: "*"; may be given again', toList)
    .option('--tag <name=value>', 'only with this tag; may be given again', toList)
    .option('--since <time>', 'a time ago (7d, 30m) or a moment (default: 24h)')
    .option('--until <time>', 'the same')
    .option('--bucket <time>', 'over time, in steps of: auto, 1m, 5m, 1h or 1d')
    .option('--format <format>', 'prometheus, openmetrics, otlp, csv or json')
    .option('--json', 'print JSON')
    .action(async (name: string | undefined, options: MetricsOptions) => {
      const { metrics } = await import('../commands/metrics/metrics.ts');
      await metrics(name, options, context);
    });
}
