import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';

/** One file of `supabase/migrations`. */
export interface Migration {
  /** Fourteen digits. */
  readonly version: string;
  readonly name: string;
  readonly sql: string;
}

const FILE_NAME = /^(\d{14})_([a-z0-9_]+)\.sql$/;

/** Reads the migrations of iris, in their order. */
export async function readMigrations(dir: string): Promise<readonly Migration[]> {
  const names = (await readdir(dir)).filter((name) => FILE_NAME.test(name)).toSorted();
  return await Promise.all(
    names.map(async (file) => {
      const [, version = '', name = ''] = FILE_NAME.exec(file) ?? [];
      return { version, name, sql: await readFile(join(dir, file), 'utf8') };
    }),
  );
}

/** What a migration installs, as it records it itself. */
export function partOf(name: string): string {
  return name.replace(/^iris_/, '');
}
