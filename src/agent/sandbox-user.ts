import { statSync } from 'node:fs';
import { ConnectFailure } from '../core/connect-failure.ts';

const USUAL_HOME = '/home/user';
const ROOT_HOME = '/root';

/**
 * Where relative paths of a user start. Both users are the sandbox's only one, under two names. Without walls there is
 * no /root but the host's own. Throws unauthenticated for a user that does not exist.
 */
export function homeOf(username: string, home: string): string {
  if (username === '' || username === 'user') return home;
  if (username !== 'root') throw new ConnectFailure('unauthenticated', `invalid username: '${username}'`);
  const hasRootHome = home === USUAL_HOME && statSync(ROOT_HOME, { throwIfNoEntry: false })?.isDirectory();
  return hasRootHome === true ? ROOT_HOME : home;
}

/** The user that a call names in its Authorization header; empty for the default one. */
export function usernameOf(authorization: string | undefined): string {
  const encoded = /^basic\s+(\S+)$/i.exec(authorization ?? '')?.[1];
  return encoded === undefined ? '' : (Buffer.from(encoded, 'base64').toString().split(':', 1)[0] ?? '');
}
