import { z } from 'zod';
import { IrisError } from '../../core/errors.ts';
import type { Driver, Identity } from '../port/driver.ts';
import { partOf, readMigrations } from './migration.ts';

/** What of iris a database has. */
export interface DatabaseParts {
  readonly server: string;
  readonly present: readonly string[];
  readonly pending: readonly string[];
}

const DEADLINE_MS = 20_000;
const answer = z.looseObject({ server: z.string(), parts: z.array(z.string()) });

/** Asks a database what of iris is in it; one without any of it is no failure. */
export async function databaseParts(
  driver: Driver,
  identity: Identity,
  migrationsDir: string,
): Promise<DatabaseParts> {
  const parts = (await readMigrations(migrationsDir)).map(({ name }) => partOf(name));
  try {
    const call = { operation: 'iris_status', input: {}, identity, deadlineMs: DEADLINE_MS } as const;
    const status = answer.parse(await driver.call(call));
    return {
      server: status.server,
      present: parts.filter((part) => status.parts.includes(part)),
      pending: parts.filter((part) => !status.parts.includes(part)),
    };
  } catch (error) {
    if (!isMissing(error)) throw error;
    return { server: 'unknown', present: [], pending: parts };
  }
}

/** Neither the function nor, before the first migration, the role that calls it. */
function isMissing(error: unknown): boolean {
  return (
    error instanceof IrisError &&
    (/lacks an operation/.test(error.message) || /role "?iris_local"? does not exist/.test(error.message))
  );
}
