import { partOf, type Migration } from './migration.ts';

/** A connection that may change the schema. */
export interface MigrationTarget {
  /** Runs statements one after the other. */
  run(sql: string): Promise<void>;
  rows(sql: string): Promise<readonly Record<string, unknown>[]>;
}

export interface MigrationReport {
  /** What was there before, and what this call applied, by name. */
  readonly present: readonly string[];
  readonly applied: readonly string[];
}

/** The history that Supabase's CLI keeps, so that both can work on one database. */
const HISTORY = `create schema if not exists supabase_migrations;
create table if not exists supabase_migrations.schema_migrations
  (version text primary key, statements text[], name text);`;
/** Any number, the same for all who migrate iris. */
const LOCK = 7_270_736_901n;

/** Applies what is missing, each file in a transaction of its own; two at once do not meet. */
export async function migrate(
  target: MigrationTarget,
  migrations: readonly Migration[],
): Promise<MigrationReport> {
  const before = await state(target, migrations);
  if (before.pending.length === 0) return { present: before.present, applied: [] };
  await target.run(HISTORY);
  const applied: string[] = [];
  for (const migration of before.pending) if (await apply(target, migration)) applied.push(migration.name);
  return { present: before.present, applied };
}

/** What of the migrations is there, and what is missing. */
async function state(
  target: MigrationTarget,
  migrations: readonly Migration[],
): Promise<{ readonly present: readonly string[]; readonly pending: readonly Migration[] }> {
  const parts = await installedParts(target);
  const isPresent = ({ name }: Migration): boolean => parts.has(partOf(name));
  return {
    present: migrations.filter(isPresent).map(({ name }) => name),
    pending: migrations.filter((migration) => !isPresent(migration)),
  };
}

async function apply(target: MigrationTarget, { version, name, sql }: Migration): Promise<boolean> {
  await target.run('begin');
  try {
    await target.run(`select pg_advisory_xact_lock(${LOCK})`);
    // Somebody else may have come first.
    if ((await installedParts(target)).has(partOf(name))) {
      await target.run('rollback');
      return false;
    }
    await target.run(sql);
    await target.run(
      `insert into supabase_migrations.schema_migrations (version, name, statements)
       values ('${version}', '${name}', '{}') on conflict (version) do nothing`,
    );
    await target.run('commit');
    return true;
  } catch (error) {
    await target.run('rollback');
    throw error;
  }
}

/** By what the files themselves record: a user's own project may have given them other versions. */
async function installedParts(target: MigrationTarget): Promise<ReadonlySet<string>> {
  const [row] = await target.rows("select to_regclass('iris.parts') is not null as is_there");
  if (row?.['is_there'] !== true) return new Set();
  const rows = await target.rows('select name from iris.parts');
  return new Set(rows.map(({ name }) => String(name)));
}
