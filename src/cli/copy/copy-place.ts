import { posix, resolve } from 'node:path';
import { IrisError } from '../../core/errors.ts';

/** One end of a copy, as it was typed. */
export type CopyPlace =
  | { readonly type: 'stream' }
  | { readonly type: 'local'; readonly path: string }
  /** Without a name, the sandbox of the project. */
  | { readonly type: 'sandbox'; readonly name: string | undefined; readonly path: string };

/** Reads `-`, a local path, or `NAME:path`; a colon after a slash belongs to a local path, as one after a drive does. */
export function parseCopyPlace(word: string): CopyPlace {
  if (word === '-') return { type: 'stream' };
  const colon = word.indexOf(':');
  const slash = word.search(/[/\\]/);
  const isDrive = colon === 1 && /^[A-Za-z]:\\/.test(word);
  if (colon === -1 || isDrive || (slash !== -1 && slash < colon)) {
    if (word === '') throw new IrisError('USAGE_INVALID', 'A path is empty', { hint: USAGE });
    return { type: 'local', path: word };
  }
  const name = word.slice(0, colon);
  const path = word.slice(colon + 1);
  return { type: 'sandbox', name: name === '' ? undefined : name, path: path === '' ? '.' : path };
}

const USAGE = 'iris cp data.csv dev:data.csv, or back: iris cp dev:out ./out';

/** A copy between this machine and one sandbox, as the daemon is asked for it. */
export interface CopyWish {
  readonly target: string | undefined;
  readonly copy:
    | { readonly direction: 'in'; readonly from: string | null; readonly to: WishedTarget }
    | { readonly direction: 'out'; readonly from: string; readonly to: WishedTarget | null };
}

interface WishedTarget {
  readonly path: string;
  readonly isFolder: boolean;
  readonly name: string | undefined;
}

/** Joins both ends. Throws USAGE_INVALID unless one of them lies in a sandbox. */
export function toCopyWish(from: CopyPlace, to: CopyPlace, cwd: string): CopyWish {
  if (from.type === 'sandbox' && to.type !== 'sandbox') {
    const name = nameOf(posix.normalize(from.path), from.path);
    const local = to.type === 'stream' ? null : { ...endOf(to.path, name), path: resolve(cwd, to.path) };
    return { target: from.name, copy: { direction: 'out', from: from.path, to: local } };
  }
  if (to.type === 'sandbox' && from.type !== 'sandbox') {
    const path = from.type === 'stream' ? null : resolve(cwd, from.path);
    const name = from.type === 'stream' || path === null ? undefined : nameOf(path, from.path);
    const remote = { ...endOf(to.path, name), path: to.path };
    return { target: to.name, copy: { direction: 'in', from: path, to: remote } };
  }
  const both =
    from.type === 'sandbox' ? 'Both paths lie in sandboxes' : 'None of the paths lies in a sandbox';
  throw new IrisError('USAGE_INVALID', both, { hint: USAGE });
}

/** What `from` is called where it goes into a directory; nothing for `dir/.`, which stands for what is in it. */
function nameOf(whole: string, typed: string): string | undefined {
  if (/(?:^|[/\\])\.{1,2}[/\\]?$/.test(typed)) return undefined;
  const name = whole.split(/[/\\]/).findLast((word) => word !== '');
  return name === '..' || name === '.' ? undefined : name;
}

function endOf(typed: string, name: string | undefined): Pick<WishedTarget, 'isFolder' | 'name'> {
  return { isFolder: /[/\\]\.{0,2}$/.test(typed) || /^\.{1,2}$/.test(typed), name };
}
