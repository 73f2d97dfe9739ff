import { randomBytes } from 'node:crypto';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const MARK = /^[0-9a-f]{32}$/;

/**
 * Reads the random name of this state folder, or gives it one. Sandboxes in the cloud carry it, so that nobody with
 * the same key and the same path of a project, on another machine perhaps, takes them for theirs.
 */
export async function readOwnerMark(stateDir: string): Promise<string> {
  const file = join(stateDir, 'owner');
  const known = await readMark(file);
  if (known !== undefined) return known;
  await mkdir(stateDir, { recursive: true, mode: 0o700 });
  const mark = randomBytes(16).toString('hex');
  await writeFile(file, mark, { mode: 0o600 });
  return mark;
}

async function readMark(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return MARK.test(text) ? text : undefined;
}
