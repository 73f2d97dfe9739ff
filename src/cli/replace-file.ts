import { randomBytes } from 'node:crypto';
import { chmod, mkdir, realpath, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, IrisError } from '../core/errors.ts';

const MODE_BITS = 0o7777;

/**
 * Replaces a file as a whole: who reads it meanwhile finds the old text or the new one. A link stays one, and a file
 * keeps its mode; a new one gets `newMode`, less what the process masks. Throws OUTPUT_UNWRITABLE.
 */
export async function replaceFile(file: string, text: string, newMode: number): Promise<void> {
  const target = await realpath(file).catch(() => file);
  const mode = (await stat(target).catch(() => undefined))?.mode;
  const draft = `${target}.${randomBytes(4).toString('hex')}.iris`;
  try {
    await mkdir(dirname(target), { recursive: true });
    await writeFile(draft, text, { mode: newMode, flag: 'wx' });
    if (mode !== undefined) await chmod(draft, mode & MODE_BITS);
    await rename(draft, target);
  } catch (cause) {
    await rm(draft, { force: true });
    throw new IrisError('OUTPUT_UNWRITABLE', `Cannot write ${target}: ${errnoOf(cause) ?? String(cause)}`, {
      hint: 'Nothing was changed. Make its folder writable.',
      cause,
    });
  }
}
