import { copyFile, mkdir, readFile, realpath, rename, stat, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { errnoOf, IrisError } from '../../core/errors.ts';

/** A client's file as it is; one that is not there is empty. Throws FILE_UNREADABLE. */
export async function readSettings(file: string): Promise<string> {
  try {
    const bytes = await readFile(file);
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch (cause) {
    if (errnoOf(cause) === 'ENOENT') return '';
    throw new IrisError('FILE_UNREADABLE', `Cannot read ${file}: ${errnoOf(cause) ?? 'it is no UTF-8'}`, {
      hint: 'Nothing was changed.',
      cause,
    });
  }
}

/** Replaces a client's file as a whole, and gives the copy of what it was, if it was there. */
export async function writeSettings(file: string, text: string): Promise<string | undefined> {
  // A link stays one: only what it leads to is replaced.
  const target = await realpath(file).catch(() => file);
  const mode = (await stat(target).catch(() => undefined))?.mode;
  try {
    await mkdir(dirname(target), { recursive: true });
    const backup = mode === undefined ? undefined : await backUp(target);
    const draft = `${target}.${process.pid}.iris`;
    await writeFile(draft, text, { mode: mode ?? NEW_FILE_MODE });
    await rename(draft, target);
    return backup;
  } catch (cause) {
    throw new IrisError('OUTPUT_UNWRITABLE', `Cannot write ${target}: ${errnoOf(cause) ?? String(cause)}`, {
      hint: 'See what would be written with --dry-run.',
      cause,
    });
  }
}

const NEW_FILE_MODE = 0o600;

/** Copies a client's file to a place beside it, and gives that. */
export async function backUp(file: string): Promise<string> {
  const backup = `${file}.${stamp()}.bak`;
  await copyFile(file, backup);
  return backup;
}

function stamp(): string {
  return new Date().toISOString().replaceAll(/[-:.]/g, '');
}
