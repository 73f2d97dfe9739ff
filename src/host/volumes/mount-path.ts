import { IrisError } from '../../core/errors.ts';

const MAX_PATH_LENGTH = 1024;
/** What the sandbox itself consists of. */
const RESERVED = /^\/(?:usr|bin|sbin|lib[^/]*|etc|proc|dev|sys|run|boot|root|opt|old)(?:\/|$)/;
/** In these only folders further down can be a volume. */
const CONTAINERS = ['/home', '/home/user', '/tmp', '/var'];
// eslint-disable-next-line no-control-regex
const CONTROL = /[\u0000-\u001f\u007f]/;

/** Checks where volumes are to appear in a sandbox and returns the paths without needless slashes. */
export function checkMountPaths(paths: readonly string[]): string[] {
  const checked = paths.map(checkMountPath);
  for (const path of checked) {
    const others = checked.filter((other) => `${other}/`.startsWith(`${path}/`));
    if (others.length > 1) throw new IrisError('USAGE_INVALID', `Two volumes meet at ${path}`);
  }
  return checked;
}

function checkMountPath(given: string): string {
  const path = given.replaceAll(/\/+/g, '/').replace(/(?<=.)\/$/, '');
  const reason = whyNot(path);
  if (reason === undefined) return path;
  throw new IrisError('USAGE_INVALID', `Invalid volume mount path ${JSON.stringify(given)}: ${reason}`);
}

function whyNot(path: string): string | undefined {
  if (!path.startsWith('/')) return 'it is not absolute';
  if (path.length > MAX_PATH_LENGTH) return 'it is too long';
  if (CONTROL.test(path)) return 'it holds control characters';
  if (path.split('/').some((name) => name === '.' || name === '..')) return 'it holds "." or ".."';
  if (path.split('/').some((name) => Buffer.byteLength(name) > 255)) return 'a name in it is too long';
  if (path === '/' || RESERVED.test(path)) return 'it is part of the system';
  return CONTAINERS.includes(path) ? 'only folders in it can be a volume' : undefined;
}
