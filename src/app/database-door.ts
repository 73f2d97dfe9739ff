import type {
  CallerContext,
  DatabaseStatus,
  ImportParams,
  PruneParams,
  PruneReport,
} from '../contract/daemon-wire.ts';
import { IrisError } from '../core/errors.ts';
import { databaseParts } from '../store/migrate/database-parts.ts';
import type { Driver, Identity } from '../store/port/driver.ts';
import { pruneStore } from '../store/retention/prune-store.ts';

import type { Loaded } from './loaded.ts';
import { chooseStore, type StoreChoice } from './choose-store.ts';
import type { Stores } from './stores.ts';

/** What `iris db` does with the database of a caller. */
export interface DatabaseDoor {
  status(caller: CallerContext): Promise<DatabaseStatus>;
  /** Brings the schema of iris up to date. Throws USAGE_INVALID for Supabase, whose REST interface cannot. */
  migrate(caller: CallerContext): Promise<DatabaseStatus & { readonly applied: readonly string[] }>;
  importRows(
    params: ImportParams,
    signal: AbortSignal,
  ): Promise<{ readonly table: string; readonly imported: number; readonly present: number }>;
  /** Takes away what of the project has grown old, or counts it. */
  prune(params: PruneParams, signal: AbortSignal): Promise<PruneReport>;
}

export interface DatabaseDoorOptions {
  readonly stores: Stores;
  readonly load: (caller: CallerContext) => Promise<Loaded>;
  readonly migrationsDir: string;
}

/** Opens the door to the database itself, past the tools. */
export function openDatabaseDoor({ stores, load, migrationsDir }: DatabaseDoorOptions): DatabaseDoor {
  const chosenBy = (loaded: Loaded): StoreChoice => chooseStore(loaded, loaded.env);
  const choose = async (caller: CallerContext): Promise<StoreChoice> => chosenBy(await load(caller));
  /** One of its own where a database that lacks everything is no failure; the embedded one has a single owner. */
  const withDriver = async <T>(choice: StoreChoice, work: (driver: Driver) => Promise<T>): Promise<T> => {
    if (choice.type === 'pglite') return await work(await stores.driver(choice));
    await using driver = await stores.connect(choice);
    return await work(driver);
  };
  const statusOf = async (choice: StoreChoice): Promise<DatabaseStatus> =>
    await withDriver(choice, async (driver) => ({
      engine: driver.engine,
      project: nameOf(choice.identity),
      ...(await databaseParts(driver, choice.identity, migrationsDir)),
    }));
  return {
    status: async (caller) => await statusOf(await choose(caller)),
    migrate: async (caller) => {
      const choice = await choose(caller);
      const applied = await applyTo(choice, migrationsDir);
      return { ...(await statusOf(choice)), applied };
    },
    importRows: async ({ table, rows, ...caller }, signal) => {
      const store = await stores.open(await load(caller));
      const answer = await store.call('iris_data_import', { table, rows }, { signal });
      return { table, imported: numberIn(answer, 'imported'), present: numberIn(answer, 'present') };
    },
    prune: async ({ isDryRun, eventDays, ...caller }, signal) =>
      await pruneStore(await stores.open(await load(caller)), { isDryRun, eventDays }, signal),
  };
}

async function applyTo(choice: StoreChoice, migrationsDir: string): Promise<readonly string[]> {
  // The embedded database has brought itself up to date when it was opened.
  if (choice.type === 'pglite') return [];
  if (choice.type === 'supabase') {
    throw new IrisError('USAGE_INVALID', "Supabase's REST interface cannot change a schema", {
      hint: 'Copy the migrations into your project and push them: iris db init supabase && supabase db push. Or set DATABASE_URL and IRIS_STORE=postgres.',
    });
  }
  const [{ PostgresDriver }, { migrate }, { readMigrations }] = await Promise.all([
    import('../store/postgres/postgres-driver.ts'),
    import('../store/migrate/migrate.ts'),
    import('../store/migrate/migration.ts'),
  ]);
  await using driver = new PostgresDriver({ url: choice.url });
  const migrations = await readMigrations(migrationsDir);
  const report = await driver.session(
    async (run) => await migrate({ run: async (sql) => void (await run(sql)), rows: run }, migrations),
  );
  return report.applied;
}

function nameOf(identity: Identity): string {
  return identity.type === 'project' ? identity.projectId : 'that of IRIS_API_KEY';
}

function numberIn(value: unknown, key: string): number {
  const found: unknown = typeof value === 'object' && value !== null ? Reflect.get(value, key) : undefined;
  return typeof found === 'number' ? found : 0;
}
