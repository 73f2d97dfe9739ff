import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { errnoOf } from '../core/errors.ts';

/** Code that lies in a file until it is disposed of. */
export interface PlacedCode extends AsyncDisposable {
  readonly file: string;
}

/** What a folder says that nobody may write to. */
const UNWRITABLE: ReadonlySet<string | undefined> = new Set(['EACCES', 'EPERM', 'EROFS', 'ENOSPC', 'EDQUOT']);

/**
 * Puts code into a hidden file of the project, where relative imports and npm packages are found; in a project that
 * cannot be written to it goes to the folder for temporary files.
 */
export async function placeCode(code: string, projectDir: string): Promise<PlacedCode> {
  const file = join(projectDir, `.iris-code-${randomUUID().slice(0, 8)}.ts`);
  try {
    await writeFile(file, code, { mode: 0o600, flag: 'wx' });
  } catch (thrown) {
    if (!UNWRITABLE.has(errnoOf(thrown))) throw thrown;
    return await placeElsewhere(code);
  }
  return { file, [Symbol.asyncDispose]: () => rm(file, { force: true }) };
}

async function placeElsewhere(code: string): Promise<PlacedCode> {
  const file = join(await mkdtemp(join(tmpdir(), 'iris-code-')), 'code.ts');
  await writeFile(file, code, { mode: 0o600 });
  return { file, [Symbol.asyncDispose]: () => rm(dirname(file), { recursive: true, force: true }) };
}
