import { existsSync } from 'node:fs';
import { ConnectFailure } from '../../core/connect-failure.ts';

/** Whom a request acts as. */
export interface SandboxUser {
  readonly name: string;
  readonly home: string;
}

const USUAL_HOME = '/home/user';
const ROOT_HOME = '/root';

/**
 * The user of this name; none is the usual one. `root` has root's name and home but the same rights: a sandbox has
 * one uid. Without walls /root is the host's own, so that the home stays. Throws unauthenticated for anybody else.
 */
export function sandboxUser(name: string | undefined, home: string): SandboxUser {
  if (name === undefined || name === '' || name === 'user') return { name: 'user', home };
  if (name !== 'root') throw new ConnectFailure('unauthenticated', `invalid username: '${name}'`);
  return { name, home: home === USUAL_HOME && existsSync(ROOT_HOME) ? ROOT_HOME : home };
}

/** The user that an Authorization header of the Basic scheme names, without looking at a password. */
export function userNameOf(authorization: string | undefined): string | undefined {
  const [, encoded] = /^basic +([a-z0-9+/=_-]+)$/i.exec(authorization ?? '') ?? [];
  if (encoded === undefined) return undefined;
  return Buffer.from(encoded, 'base64').toString().split(':', 1)[0];
}
