import { readFile } from 'node:fs/promises';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { IrisError } from '../../core/errors.ts';
import { databaseFailure } from '../port/database-failure.ts';
import type { DriverCall, Identity } from '../port/driver.ts';
import { migrate, type MigrationReport } from '../migrate/migrate.ts';
import type { Migration } from '../migrate/migration.ts';
import { prepareDataFolder } from './data-folder.ts';
import { DurableNodeFs } from './durable-node-fs.ts';

export interface EngineOptions {
  /** A folder of its own, or undefined for memory. Nobody else may have it open. */
  readonly dataDir?: string | undefined;
  /** A dump to begin from, where there is no data yet. */
  readonly templateFile?: string | undefined;
  /** False leaves writes to the operating system, which loses the last of them in a power cut. @default true */
  readonly isDurable?: boolean | undefined;
  readonly migrations: readonly Migration[];
}

const SETTINGS = ['shared_buffers=16MB', 'max_wal_size=64MB', 'work_mem=16MB'];

/** PGlite with the schema of iris in it. It blocks its thread while it works. */
export class PgliteEngine implements AsyncDisposable {
  readonly #database: PGlite;
  readonly applied: MigrationReport;
  /** What the session is set to; a call for the same project needs no other statement. */
  #projectId: string | undefined;

  private constructor(database: PGlite, applied: MigrationReport) {
    this.#database = database;
    this.applied = applied;
  }

  /** Opens the data, and brings its schema up to date. */
  static async open(options: EngineOptions): Promise<PgliteEngine> {
    const database = await openDatabase(options);
    try {
      const applied = await migrate(
        {
          run: async (sql) => void (await database.exec(sql)),
          rows: async (sql) => (await database.query<Record<string, unknown>>(sql)).rows,
        },
        options.migrations,
      );
      await database.exec('set role iris_local');
      return new PgliteEngine(database, applied);
    } catch (error) {
      await database.close();
      throw error;
    }
  }

  /** Calls one operation. Throws IrisError. */
  async call({
    operation,
    input,
    identity,
  }: Pick<DriverCall, 'input' | 'identity'> & { readonly operation: string }): Promise<unknown> {
    if (!/^iris_[a-z_]{1,60}$/.test(operation))
      throw new IrisError('INTERNAL', `${operation} is no operation of the store`);
    try {
      return identity.type === 'project'
        ? await this.#callAsProject(operation, input, identity.projectId)
        : await this.#callWithKey(operation, input, identity);
    } catch (error) {
      throw toFailure(error);
    }
  }

  /** Runs SQL of iris itself, past row-level security. */
  async maintain(sql: string): Promise<readonly Record<string, unknown>[]> {
    await this.#database.exec('reset role');
    try {
      const results = await this.#database.exec(sql);
      return results.at(-1)?.rows ?? [];
    } finally {
      await this.#database.exec('set role iris_local');
    }
  }

  /** Everything there is, as a compressed archive that `templateFile` takes. */
  async dump(): Promise<Buffer> {
    const blob = await this.#database.dumpDataDir('gzip');
    return Buffer.from(await blob.arrayBuffer());
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#database.close();
  }

  async #callAsProject(operation: string, input: unknown, projectId: string): Promise<unknown> {
    if (this.#projectId !== projectId) {
      await this.#database.query("select set_config('iris.project_id', $1, false)", [projectId]);
      this.#projectId = projectId;
    }
    return await call(this.#database, operation, input);
  }

  async #callWithKey(
    operation: string,
    input: unknown,
    { key }: Extract<Identity, { type: 'key' }>,
  ): Promise<unknown> {
    return await this.#database.transaction(async (transaction) => {
      const headers = JSON.stringify({ 'x-iris-key': key });
      await transaction.query(
        "select set_config('role', 'anon', true), set_config('iris.project_id', '', true), set_config('request.headers', $1, true)",
        [headers],
      );
      return await call(transaction, operation, input);
    });
  }
}

async function call(database: Pick<PGlite, 'query'>, operation: string, input: unknown): Promise<unknown> {
  const { rows } = await database.query<{ result: unknown }>(
    `select public.${operation}($1::jsonb) as result`,
    [JSON.stringify(input)],
  );
  return rows[0]?.result;
}

async function openDatabase({ dataDir, templateFile, isDurable = true }: EngineOptions): Promise<PGlite> {
  if (dataDir === undefined) return await openInMemory(templateFile);
  await prepareDataFolder(dataDir, templateFile);
  const startParams = isDurable
    ? [...PGlite.defaultStartParams.filter((word) => word !== '-F'), '-c', 'wal_sync_method=fsync']
    : [...PGlite.defaultStartParams];
  return await PGlite.create({
    fs: isDurable ? new DurableNodeFs(dataDir) : new NodeFS(dataDir),
    startParams,
    postgresqlconf: SETTINGS,
  });
}

async function openInMemory(templateFile: string | undefined): Promise<PGlite> {
  const template =
    templateFile === undefined ? {} : { loadDataDir: new Blob([await readFile(templateFile)]) };
  return await PGlite.create({ ...template, postgresqlconf: SETTINGS });
}

function toFailure(error: unknown): unknown {
  if (error instanceof IrisError || !(error instanceof Error) || !('code' in error)) return error;
  const { code } = error;
  if (typeof code !== 'string') return error;
  const detail = 'detail' in error && typeof error.detail === 'string' ? error.detail : undefined;
  const hint = 'hint' in error && typeof error.hint === 'string' ? error.hint : undefined;
  return databaseFailure({ code, message: error.message, detail, hint }, error);
}
