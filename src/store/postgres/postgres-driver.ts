import { DatabaseError, escapeLiteral, Pool, type PoolClient } from 'pg';
import { errnoOf, IrisError } from '../../core/errors.ts';
import { databaseFailure } from '../port/database-failure.ts';
import type { Driver, DriverCall, Identity } from '../port/driver.ts';

export interface PostgresOptions {
  /** `postgresql://user:password@host/database`. */
  readonly url: string;
  /** @default 8 */
  readonly maxConnections?: number | undefined;
}

const CONNECT_TIMEOUT_MS = 10_000;
const IDLE_TIMEOUT_MS = 30_000;
const MAX_ATTEMPTS = 4;
/** Two transactions met, and Postgres undid one of them. */
const MET = new Set(['40001', '40P01']);
/** The server ends or refuses the connection: class 08, and the operator's class 57P. */
const LOST = /^(08|57P)/;

/** Any Postgres by its address; several calls run at once. */
export class PostgresDriver implements Driver {
  readonly engine = 'postgres';
  readonly #pool: Pool;

  constructor({ url, maxConnections = 8 }: PostgresOptions) {
    this.#pool = new Pool({
      connectionString: url,
      max: maxConnections,
      connectionTimeoutMillis: CONNECT_TIMEOUT_MS,
      idleTimeoutMillis: IDLE_TIMEOUT_MS,
      application_name: 'iris',
      allowExitOnIdle: true,
    });
    // A connection that breaks while nobody uses it is replaced by the next call.
    this.#pool.on('error', () => undefined);
  }

  async call(call: DriverCall): Promise<unknown> {
    for (let attempt = 1; ; attempt++) {
      call.signal?.throwIfAborted();
      try {
        return await this.#once(call);
      } catch (error) {
        if (attempt < MAX_ATTEMPTS && error instanceof DatabaseError && MET.has(error.code ?? '')) continue;
        throw toFailure(error);
      }
    }
  }

  /** Runs SQL of iris itself with the rights of the address' own user. */
  async admin(sql: string): Promise<readonly Record<string, unknown>[]> {
    const client = await this.#connect();
    let isBroken = false;
    try {
      return rowsOf(await client.query(sql));
    } catch (error) {
      isBroken = !(error instanceof DatabaseError);
      throw toFailure(error);
    } finally {
      client.release(isBroken);
    }
  }

  /** One connection for work that takes several steps. */
  async session<T>(
    work: (run: (sql: string) => Promise<readonly Record<string, unknown>[]>) => Promise<T>,
  ): Promise<T> {
    const client = await this.#connect();
    try {
      return await work(async (sql) => rowsOf(await client.query(sql)));
    } catch (error) {
      throw toFailure(error);
    } finally {
      client.release(true);
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#pool.end();
  }

  async #connect(): Promise<PoolClient> {
    try {
      return await this.#pool.connect();
    } catch (error) {
      throw toFailure(error);
    }
  }

  async #once(call: DriverCall): Promise<unknown> {
    const client = await this.#connect();
    let isBroken = true;
    try {
      const rows = rowsOf(await client.query(transactionOf(call), undefined));
      isBroken = false;
      return rows[0]?.['result'];
    } catch (error) {
      if (error instanceof DatabaseError) {
        await client.query('rollback');
        isBroken = false;
      }
      throw error;
    } finally {
      client.release(isBroken);
    }
  }
}

/** One message to the server and one back: the values are literals, because several statements take no parameters. */
function transactionOf({ operation, input, identity, deadlineMs }: DriverCall): string {
  if (!/^iris_[a-z_]{1,60}$/.test(operation))
    throw new IrisError('INTERNAL', `${operation} is no operation of the store`);
  return `begin; set local statement_timeout = ${Math.max(1, Math.ceil(deadlineMs))}; ${identitySql(identity)};
select public.${operation}(${escapeLiteral(JSON.stringify(input))}::jsonb) as result; commit`;
}

function identitySql(identity: Identity): string {
  if (identity.type === 'project') {
    return `set local role iris_local; set local iris.project_id = ${escapeLiteral(identity.projectId)}`;
  }
  const headers = JSON.stringify({ 'x-iris-key': identity.key });
  return `set local role anon; set local request.headers = ${escapeLiteral(headers)}`;
}

/** The rows of the last statement that had some: several statements give several results. */
function rowsOf(results: unknown): readonly Record<string, unknown>[] {
  const all: readonly unknown[] = Array.isArray(results) ? results : [results];
  const withRows = all.filter(hasRows).filter(({ rows }) => rows.length > 0);
  return withRows.at(-1)?.rows ?? [];
}

function hasRows(result: unknown): result is { readonly rows: readonly Record<string, unknown>[] } {
  return typeof result === 'object' && result !== null && 'rows' in result && Array.isArray(result.rows);
}

function toFailure(error: unknown): unknown {
  if (error instanceof IrisError) return error;
  if (error instanceof DatabaseError && !LOST.test(error.code ?? '')) {
    const { code = '', message, detail, hint } = error;
    return databaseFailure({ code, message, detail, hint }, error);
  }
  const reason = error instanceof Error ? error.message || errnoOf(error) : String(error);
  return new IrisError('IRIS_UNAVAILABLE', `Postgres cannot be reached: ${reason ?? 'no reason given'}`, {
    hint: 'Check DATABASE_URL and that the server runs: iris doctor',
    cause: error,
  });
}
