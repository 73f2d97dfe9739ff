import { existsSync } from 'node:fs';
import { readFile, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite } from '@electric-sql/pglite';
import { NodeFS } from '@electric-sql/pglite/nodefs';
import { IrisError } from '../../core/errors.ts';

/** The major version of the Postgres that PGlite is. */
const MAJOR = '18';

/**
 * Sees to it that the folder is data that this PGlite can open, or is not there. New data begins from the template,
 * made beside the folder and renamed: a process that is killed in between leaves no half of it.
 * Throws IRIS_UNAVAILABLE for data of another major version, which stays as it is.
 */
export async function prepareDataFolder(dataDir: string, templateFile: string | undefined): Promise<void> {
  const versionFile = join(dataDir, 'PG_VERSION');
  if (existsSync(versionFile)) {
    const version = (await readFile(versionFile, 'utf8')).trim();
    if (version !== MAJOR) throw otherMajor(dataDir, version);
    return;
  }
  // Without this file there is no database yet, only what an interrupted start left.
  await rm(dataDir, { recursive: true, force: true });
  if (templateFile === undefined) return;
  const fresh = `${dataDir}.new`;
  await rm(fresh, { recursive: true, force: true });
  const template = new Blob([await readFile(templateFile)]);
  const database = await PGlite.create({ fs: new NodeFS(fresh), loadDataDir: template });
  await database.close();
  await rename(fresh, dataDir);
}

function otherMajor(dataDir: string, version: string): IrisError {
  return new IrisError(
    'IRIS_UNAVAILABLE',
    `${dataDir} was made by Postgres ${version}, and this iris has ${MAJOR}`,
    {
      hint: 'Export it with the iris that made it (iris db export), move the folder away, and import it here.',
    },
  );
}
