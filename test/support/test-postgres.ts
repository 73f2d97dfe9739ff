import { randomBytes } from 'node:crypto';
import { migrate } from '../../src/store/migrate/migrate.ts';
import type { Migration } from '../../src/store/migrate/migration.ts';
import { PostgresDriver } from '../../src/store/postgres/postgres-driver.ts';
import type { Driver } from '../../src/store/port/driver.ts';

/** A database of its own on a Postgres server, gone when the test is. */
export interface TestDatabase extends AsyncDisposable {
  readonly driver: Driver;
  readonly url: string;
  maintain(sql: string): Promise<readonly Record<string, unknown>[]>;
}

/** Makes a database on the server at `serverUrl`, whose user may create databases and roles. */
export async function createTestDatabase(
  serverUrl: string,
  migrations: readonly Migration[],
): Promise<TestDatabase> {
  const name = `iris_test_${randomBytes(6).toString('hex')}`;
  const server = new PostgresDriver({ url: serverUrl, maxConnections: 1 });
  await server.admin(`create database ${name}`);
  const url = new URL(serverUrl);
  url.pathname = `/${name}`;
  const driver = new PostgresDriver({ url: url.href, maxConnections: 16 });
  // Roles belong to the whole server: two test files that make them at once would meet.
  await server.session(async (run) => {
    await run('select pg_advisory_lock(727073)');
    await driver.session(
      async (own) => await migrate({ run: async (sql) => void (await own(sql)), rows: own }, migrations),
    );
    await run('select pg_advisory_unlock(727073)');
  });
  return {
    driver,
    url: url.href,
    maintain: (sql) => driver.admin(sql),
    [Symbol.asyncDispose]: async () => {
      await driver[Symbol.asyncDispose]();
      await server.admin(`drop database ${name} with (force)`);
      await server[Symbol.asyncDispose]();
    },
  };
}
