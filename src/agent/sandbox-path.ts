import path from 'node:path';
import { ConnectFailure } from '../core/connect-failure.ts';

/** The absolute path that a caller means: `~` and relative paths start at `home`. Throws invalid_argument. */
export function resolveSandboxPath(given: string, home: string): string {
  if (given.includes('\0')) throw new ConnectFailure('invalid_argument', 'path contains a zero byte');
  if (given === '~') return home;
  if (given.startsWith('~/')) return path.resolve(home, given.slice(2));
  return path.resolve(home, given);
}
