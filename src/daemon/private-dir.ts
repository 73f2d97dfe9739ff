import { chmodSync, lstatSync, mkdirSync } from 'node:fs';
import { IrisError } from '../core/errors.ts';

/** Makes `dir` and refuses one that another user owns or could change. */
export function ensurePrivateDir(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const facts = lstatSync(dir);
  const isOurs = facts.isDirectory() && (process.getuid === undefined || facts.uid === process.getuid());
  if (!isOurs) {
    throw new IrisError('DAEMON_UNREACHABLE', `${dir} is not a directory of this user`, {
      hint: 'Remove it, or set IRIS_STATE_DIR to a directory of your own.',
    });
  }
  if ((facts.mode & 0o077) !== 0) chmodSync(dir, 0o700);
}
