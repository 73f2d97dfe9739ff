import { createHash } from 'node:crypto';
import { copyFile, mkdir, readFile, rename, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { readMigrations } from '../src/store/migrate/migration.ts';
import { PgliteEngine } from '../src/store/pglite/engine.ts';

const ROOT = dirname(dirname(fileURLToPath(import.meta.url)));
const CACHE_DIR = join(ROOT, 'node_modules/.cache/iris');

/** Makes the archive that a new store begins from, or takes the one that was made of the same schema. */
export async function makeStoreTemplate(): Promise<string> {
  const migrations = await readMigrations(join(ROOT, 'supabase/migrations'));
  const engine = await readFile(join(ROOT, 'node_modules/@electric-sql/pglite/package.json'), 'utf8');
  const digest = createHash('sha256')
    .update(JSON.stringify([engine, migrations]))
    .digest('hex')
    .slice(0, 16);
  const file = join(CACHE_DIR, `store-template-${digest}.tgz`);
  if (await isThere(file)) return file;
  await using database = await PgliteEngine.open({ migrations });
  await database.maintain('vacuum full');
  await database.maintain('checkpoint');
  await mkdir(CACHE_DIR, { recursive: true });
  // Two at once make two files, and one of them stays.
  const own = `${file}.${process.pid}`;
  await writeFile(own, await database.dump());
  await rename(own, file);
  return file;
}

async function isThere(file: string): Promise<boolean> {
  return await stat(file).then(
    () => true,
    () => false,
  );
}

if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  const to = join(ROOT, 'dist/store/template.tgz');
  await mkdir(dirname(to), { recursive: true });
  await copyFile(await makeStoreTemplate(), to);
}
