import path from 'node:path';
import { ConnectFailure } from '../../core/connect-failure.ts';

/** The absolute path that a caller means: `~` and relative paths start at `home`. Throws invalid_argument. */
export function resolveSandboxPath(given: string, home: string): string {
  if (given.includes('\0')) throw new ConnectFailure('invalid_argument', 'path contains a zero byte');
  if (given === '~') return home;
  if (given.startsWith('~/')) return path.resolve(home, given.slice(2));
  return path.resolve(home, toRealHome(given, home));
}

/** The home that clients know from every walled sandbox. */
const USUAL_HOME = '/home/user';

/** Without walls the home is a folder of the host: what means the usual home must not touch the host's own. */
export function toRealHome(given: string, home: string): string {
  if (home === USUAL_HOME) return given;
  const normal = path.posix.normalize(given);
  const isInHome = normal === USUAL_HOME || normal.startsWith(`${USUAL_HOME}/`);
  return isInHome ? path.join(home, normal.slice(USUAL_HOME.length)) : given;
}

/** Variables that list folders in which programs look for what they load. */
const FOLDER_LISTS = ['NODE_PATH', 'PYTHONPATH'];

/** The same for the folders that variables list. */
export function withRealHome(
  envs: Readonly<Record<string, string>>,
  home: string,
): Readonly<Record<string, string>> {
  const lists = FOLDER_LISTS.flatMap((name) => {
    const list = envs[name];
    return list === undefined
      ? []
      : [
          [
            name,
            list
              .split(':')
              .map((dir) => toRealHome(dir, home))
              .join(':'),
          ],
        ];
  });
  return { ...envs, ...Object.fromEntries(lists) };
}
