import { resolve } from 'node:path';
import { copyMigrations } from '../../app/copy-migrations.ts';
import { packageFiles } from '../../app/package-files.ts';
import { IrisError } from '../../core/errors.ts';
import type { CliContext } from '../context.ts';

/** `iris db init supabase`: the migrations of iris, in the place where Supabase's CLI looks for them. */
export async function dbInit(
  kind: string,
  dir: string,
  options: { readonly json?: boolean },
  context: CliContext,
): Promise<void> {
  if (kind !== 'supabase') {
    throw new IrisError('USAGE_INVALID', `iris db init does not know ${kind}`, {
      hint: 'For a Supabase project: iris db init supabase. Postgres needs no files: iris db migrate',
    });
  }
  const { migrationsDir } = packageFiles(context.distDir);
  const report = await copyMigrations({ migrationsDir, projectDir: resolve(dir) }, new Date());
  if (options.json === true) {
    process.stdout.write(`${JSON.stringify(report)}\n`);
    return;
  }
  for (const file of report.copied) process.stdout.write(`copied ${file}\n`);
  for (const name of report.present) process.stderr.write(`iris: ${name} is there already\n`);
  process.stderr.write(`  Next, in ${resolve(dir)}: supabase db push\n`);
}
