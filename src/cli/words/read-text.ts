import { readFileSync } from 'node:fs';
import { errnoOf, IrisError } from '../../core/errors.ts';

/** Reads a file, or standard input for `-`. Throws USAGE_INVALID where that is a terminal, with `hint`. */
export function readText(file: string, hint: string): string {
  if (file === '-' && process.stdin.isTTY) {
    throw new IrisError('USAGE_INVALID', 'There is nothing on standard input', { hint });
  }
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (cause) {
    const code = errnoOf(cause) === 'ENOENT' ? 'FILE_NOT_FOUND' : 'FILE_UNREADABLE';
    const reason = cause instanceof Error ? cause.message : String(cause);
    throw new IrisError(code, `Cannot read ${file === '-' ? 'standard input' : file}: ${reason}`, { cause });
  }
}
