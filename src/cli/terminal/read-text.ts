import { readFile } from 'node:fs/promises';
import { text } from 'node:stream/consumers';
import { errnoOf, IrisError } from '../../core/errors.ts';
import { isTerminal } from './is-terminal.ts';

/**
 * Reads a file, or standard input for `-`: as a stream, for what has loaded `node:process` reads a pipe without waiting.
 * Throws USAGE_INVALID where that is a terminal, with `hint`.
 */
export async function readText(file: string, hint: string): Promise<string> {
  if (file === '-' && isTerminal(0)) {
    throw new IrisError('USAGE_INVALID', 'There is nothing on standard input', { hint });
  }
  try {
    return file === '-' ? await text(process.stdin) : await readFile(file, 'utf8');
  } catch (cause) {
    const code = errnoOf(cause) === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IrisError(code, `Cannot read ${file === '-' ? 'standard input' : file}: ${reason}`, { cause });
  }
}
