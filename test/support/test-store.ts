import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { z } from 'zod';
import { makeStoreTemplate } from '../../scripts/make-store-template.ts';
import type { ToolContract } from '../../src/contract/tools/contract.ts';
import { PgliteEngine } from '../../src/store/pglite/engine.ts';
import { PgliteDriver } from '../../src/store/pglite/pglite-driver.ts';
import type { Driver, Identity } from '../../src/store/port/driver.ts';
import { bindStore, type Store } from '../../src/store/port/store.ts';
import { readMigrations, type Migration } from '../../src/store/migrate/migration.ts';
import { allTools } from '../../src/tools/all-tools.ts';
import type { ToolCaller } from '../../src/tools/tool/tool.ts';
import { Toolbox } from '../../src/tools/toolbox/toolbox.ts';
import { tempDir } from './temp-dir.ts';
import { createTestDatabase } from './test-postgres.ts';
import { openSupabase } from './test-supabase.ts';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const MIGRATIONS_DIR = join(ROOT, 'supabase/migrations');

/** A database with the schema of iris, and the tools in front of it. */
export interface TestStore extends AsyncDisposable {
  /** The database past row-level security, for what no tool can do: to move the clock, for example. */
  readonly engine: { maintain(sql: string): Promise<readonly Record<string, unknown>[]> };
  readonly driver: Driver;
  /** The data of one project. @default "test" */
  store(projectId?: string): Store;
  storeOf(identity: Identity): Store;
  /** Calls a tool as a project would. */
  call<Output extends z.ZodType>(
    contract: ToolContract<string, z.ZodType, Output>,
    input?: unknown,
    options?: TestCallOptions,
  ): Promise<z.output<Output>>;
}

export interface TestCallOptions {
  readonly projectId?: string;
  readonly caller?: ToolCaller;
}

interface TestDatabase extends AsyncDisposable {
  readonly driver: Driver;
  maintain(sql: string): Promise<readonly Record<string, unknown>[]>;
}

/**
 * Opens a database for one test file: on the server of IRIS_TEST_DATABASE_URL, in the thread that the daemon has with
 * IRIS_TEST_STORE=thread, through supabase-js with IRIS_TEST_STORE=supabase, and else in memory.
 */
export async function openTestStore(): Promise<TestStore> {
  const database = await openDatabase();
  const { driver } = database;
  const storeOf = (identity: Identity): Store => bindStore(driver, identity);
  const store = (projectId = 'test'): Store => storeOf({ type: 'project', projectId });
  const toolbox = new Toolbox(allTools);
  return {
    engine: database,
    driver,
    store,
    storeOf,
    call: async (contract, input = {}, { projectId, caller = {} } = {}) => {
      const answer = await toolbox.call(contract.name, input, { store: store(projectId), caller });
      return contract.output.parse(answer);
    },
    [Symbol.asyncDispose]: () => database[Symbol.asyncDispose](),
  };
}

async function openDatabase(): Promise<TestDatabase> {
  const { IRIS_TEST_DATABASE_URL: url, IRIS_TEST_STORE: kind } = process.env;
  if (kind === 'thread') return await openThread();
  if (kind === 'supabase') return await openSupabase();
  const migrations = await readMigrations(MIGRATIONS_DIR);
  return url === undefined ? await openInMemory(migrations) : await createTestDatabase(url, migrations);
}

async function openInMemory(migrations: readonly Migration[]): Promise<TestDatabase> {
  const engine = await PgliteEngine.open({ migrations, templateFile: await makeStoreTemplate() });
  return {
    driver: {
      engine: 'pglite',
      call: (call) => engine.call(call),
      [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
    },
    maintain: (sql) => engine.maintain(sql),
    [Symbol.asyncDispose]: () => engine[Symbol.asyncDispose](),
  };
}

async function openThread(): Promise<TestDatabase> {
  const dir = await tempDir();
  const driver = new PgliteDriver({
    storeDir: join(dir.path, 'store'),
    migrationsDir: MIGRATIONS_DIR,
    workerFile: join(ROOT, 'dist/store/worker.js'),
    templateFile: await makeStoreTemplate(),
    logger: () => undefined,
  });
  return {
    driver,
    maintain: (sql) => driver.maintain(sql),
    [Symbol.asyncDispose]: async () => {
      await driver[Symbol.asyncDispose]();
      await dir[Symbol.asyncDispose]();
    },
  };
}
