import type { Command } from 'commander';
import type { DbPruneFlags } from '../commands/db-prune.ts';
import type { CliContext } from '../context.ts';

/** Adds `iris db`. */
export function addDb(program: Command, context: CliContext): void {
  const db = program.command('db').description('Look after the database that the tools keep their data in.');
  db.command('status')
    .description('Tell which database it is, and what of iris is in it.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { dbStatus } = await import('../commands/db.ts');
      await dbStatus(options, context);
    });
  db.command('migrate')
    .description('Bring its schema up to date.')
    .option('--json', 'print JSON')
    .action(async (options: { json?: boolean }) => {
      const { dbMigrate } = await import('../commands/db.ts');
      await dbMigrate(options, context);
    });
  db.command('export')
    .description("Write this project's data as lines of JSON.")
    .argument('[file]', 'where to; standard output without it')
    .action(async (file: string | undefined) => {
      const { dbExport } = await import('../commands/db.ts');
      await dbExport(file, context);
    });
  db.command('import')
    .description('Read what export wrote, of whatever database; what is there stays as it is.')
    .argument('[file]', 'where from; standard input without it')
    .action(async (file: string | undefined) => {
      const { dbImport } = await import('../commands/db.ts');
      await dbImport(file, context);
    });
  db.command('prune')
    .description('Take away what has grown old; without --yes it only counts.')
    .option('--yes', 'do it')
    .option('--keep-events <days>', 'how long this project keeps its events from now on, such as 90d')
    .option('--json', 'print JSON')
    .action(async (flags: DbPruneFlags) => {
      const { dbPrune } = await import('../commands/db-prune.ts');
      await dbPrune(flags, context);
    });
  db.command('init')
    .description('Copy the migrations of iris into a Supabase project.')
    .argument('<kind>', 'supabase')
    .argument('[dir]', 'the project', '.')
    .option('--json', 'print JSON')
    .action(async (kind: string, dir: string, options: { json?: boolean }) => {
      const { dbInit } = await import('../commands/db-init.ts');
      await dbInit(kind, dir, options, context);
    });
}
