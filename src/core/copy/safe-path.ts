const MAX_PATH_BYTES = 4096;
/** What Windows takes for more than a name, or for another one. */
const WINDOWS_ONLY = /[<>:"\\|?*]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)/i;

/**
 * The names that a path below a folder is made of; undefined for one that is none: an absolute one, one with `..`, with
 * NUL, or with what `platform` reads as more than a name.
 */
export function safeSegments(path: string, platform: string): readonly string[] | undefined {
  if (Buffer.byteLength(path) > MAX_PATH_BYTES) return undefined;
  const segments = path.split('/');
  return segments.every((segment) => isName(segment, platform)) ? segments : undefined;
}

function isName(segment: string, platform: string): boolean {
  if (segment === '' || segment === '.' || segment === '..' || segment.includes('\0')) return false;
  return platform !== 'win32' || !WINDOWS_ONLY.test(segment);
}

/**
 * Tells whether a link, itself at `path` below a folder, stays in that folder. `..` may stand at its beginning alone:
 * after a name, which may be a link too, nobody can tell where it leads.
 */
export function staysInside(path: string, target: string): boolean {
  if (target === '' || target.startsWith('/') || /[\0\\]|^[A-Za-z]:/.test(target)) return false;
  const words = target.split('/').filter((word) => word !== '' && word !== '.');
  const ups = words.findIndex((word) => word !== '..');
  const climbs = ups === -1 ? words.length : ups;
  return climbs <= path.split('/').length - 1 && !words.slice(climbs).includes('..');
}
