import { cp, mkdir, mkdtemp, readdir, readFile, rename, rm, rmdir, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { errnoOf, IrisError } from '../../core/errors.ts';
import { VERSION } from '../../core/version.ts';

export interface Project {
  readonly dir: string;
  readonly templateDir: string;
  /** Of its package. */
  readonly name: string;
}

/** npm leaves files of this name out of packages. */
const RENAMED = { gitignore: '.gitignore' } as const;

/**
 * Writes a project beside its place and moves it there: all of it is there, or none. Returns its files. Throws
 * FILE_UNREADABLE where it cannot be written.
 */
export async function writeProject({ dir, templateDir, name }: Project): Promise<string[]> {
  let draft: string | undefined;
  try {
    await mkdir(dirname(dir), { recursive: true });
    draft = await mkdtemp(join(dirname(dir), `.${basename(dir)}-`));
    await cp(templateDir, draft, { recursive: true });
    await rename(join(draft, 'gitignore'), join(draft, RENAMED.gitignore));
    await fillIn(join(draft, 'package.json'), name);
    const files = await readdir(draft, { recursive: true, withFileTypes: true });
    const names = files.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    const root = draft;
    await moveInto(draft, dir);
    return names.map((file) => file.slice(root.length + 1)).toSorted();
  } catch (cause) {
    throw new IrisError('FILE_UNREADABLE', `Cannot write ${dir}: ${errnoOf(cause) ?? 'an error'}`, {
      hint: 'Nothing stays of it. Check the permissions and the space of the folder above.',
      cause,
    });
  } finally {
    if (draft !== undefined) await rm(draft, { recursive: true, force: true });
  }
}

/** A template knows neither how its project is called nor which iris makes it. */
async function fillIn(file: string, name: string): Promise<void> {
  const text = await readFile(file, 'utf8').catch((thrown: unknown) => {
    if (errnoOf(thrown) === 'ENOENT') return undefined;
    throw thrown;
  });
  if (text === undefined) return;
  const filled = text
    .replace(/^(\s*"name": )"[^"]*"/m, (_all, key: string) => `${key}${JSON.stringify(name)}`)
    .replace(/^(\s*"iris-prime": )"\*"/m, (_all, key: string) => `${key}${JSON.stringify(`^${VERSION}`)}`);
  await writeFile(file, filled);
}

/** A folder that is there, and empty but for what git or a desktop left, gets what is in the draft. */
async function moveInto(draft: string, dir: string): Promise<void> {
  try {
    await rmdir(dir);
  } catch (thrown) {
    if (errnoOf(thrown) !== 'ENOENT') return await moveEach(draft, dir);
  }
  await rename(draft, dir);
}

async function moveEach(draft: string, dir: string): Promise<void> {
  const moved: string[] = [];
  try {
    for (const name of await readdir(draft)) {
      await rename(join(draft, name), join(dir, name));
      moved.push(name);
    }
  } catch (thrown) {
    for (const name of moved) await rm(join(dir, name), { recursive: true, force: true });
    throw thrown;
  }
}
