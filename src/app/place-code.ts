import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { errnoOf, IrisError } from '../core/errors.ts';

/** Code that lies in a file until it is disposed of. */
export interface PlacedCode extends AsyncDisposable {
  readonly file: string;
}

/** What a folder says that nobody may write to. */
const UNWRITABLE: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT']);

/**
 * Puts code into a hidden file of the project, where relative imports and npm packages are found; in a project that
 * cannot be written to it goes to the folder for temporary files. `fileName` ends the name of the file, so that traces
 * have it. Throws FILE_NOT_FOUND when there is no such folder.
 */
export async function placeCode(code: string, projectDir: string, fileName?: string): Promise<PlacedCode> {
  const id = randomUUID().slice(0, 8);
  const ending = fileName === undefined ? '.ts' : `-${fileName}`;
  const file = join(projectDir, `.iris-code-${id}${ending}`);
  try {
    await writeFile(file, code, { mode: 0o600, flag: 'wx' });
  } catch (thrown) {
    const errno = errnoOf(thrown);
    if (errno === 'ENOENT' || errno === 'ENOTDIR') throw noFolder(projectDir, thrown);
    if (!UNWRITABLE.has(errno)) throw thrown;
    return await placeElsewhere(code, fileName ?? 'code.ts');
  }
  return { file, [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}

async function placeElsewhere(code: string, fileName: string): Promise<PlacedCode> {
  const file = join(await mkdtemp(join(tmpdir(), 'iris-code-')), fileName);
  await writeFile(file, code, { mode: 0o600 });
  return { file, [Symbol.asyncDispose]: () => rm(dirname(file), { recursive: true, force: true }) };
}

function noFolder(projectDir: string, cause: unknown): IrisError {
  return new IrisError('FILE_NOT_FOUND', `There is no folder ${projectDir}`, {
    hint: 'Give the folder of a project as cwd.',
    cause,
  });
}
