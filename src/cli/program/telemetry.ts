import type { Command } from 'commander';
import type { EventOptions } from '../commands/events/query.ts';
import type { TelemetryImportOptions } from '../commands/telemetry/import.ts';
import type { CliContext } from '../context.ts';

/** Adds `iris telemetry`. */
export function addTelemetry(program: Command, context: CliContext): void {
  const telemetry = program
    .command('telemetry')
    .description('Take events from OpenTelemetry, and give them to it.');
  telemetry
    .command('import')
    .description('Read spans and log records as OTLP/JSON; the same again changes nothing.')
    .argument('[file]', 'one document, or one on each line; standard input without it')
    .option('--format <format>', 'otlp-json', 'otlp-json')
    .option('--capture-content', 'keep what models and tools were told, which is left out otherwise')
    .option('--json', 'print the counts as JSON')
    .action(async (file: string | undefined, options: TelemetryImportOptions) => {
      const { telemetryImport } = await import('../commands/telemetry/import.ts');
      await telemetryImport(file, options, context);
    });
  telemetry
    .command('export')
    .description('Write events as OTLP/JSON, a document on each line.')
    .argument('[file]', 'where to; standard output without it')
    .option('--format <format>', 'otlp-json', 'otlp-json')
    .option('--event <name>', 'an event, or the beginning of names: "tool.*"')
    .option('--session <id>', 'of this session')
    .option('--agent <id>', 'of this agent')
    .option('--trace <id>', 'of this trace')
    .option('--outcome <outcome>', 'success, failure, timeout, cancelled or unknown')
    .option('--since <time>', 'a time ago (7d) or a moment (default: all)')
    .option('--until <time>', 'the same')
    .action(
      async (
        file: string | undefined,
        options: EventOptions & { readonly event?: string; readonly format: string },
      ) => {
        const { telemetryExport } = await import('../commands/telemetry/export.ts');
        await telemetryExport(file, options, context);
      },
    );
}
