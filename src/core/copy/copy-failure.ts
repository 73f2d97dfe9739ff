import { errnoOf } from '../errors.ts';

const REASONS = [
  'missing',
  'denied',
  'full',
  'is-directory',
  'not-directory',
  'special',
  'unsafe',
  'limit',
  'broken',
  'failed',
] as const;

/** Why a copy cannot go on. */
export type CopyReason = (typeof REASONS)[number];

const BY_ERRNO: Readonly<Record<string, CopyReason>> = {
  ENOENT: 'missing',
  EACCES: 'denied',
  EPERM: 'denied',
  EROFS: 'denied',
  ENOSPC: 'full',
  EDQUOT: 'full',
  EFBIG: 'full',
  EISDIR: 'is-directory',
  ENOTDIR: 'not-directory',
};

/** A copy that ended at one path; whoever knows on which side the path lies words it. */
export class CopyFailure extends Error {
  override readonly name = 'CopyFailure';
  readonly reason: CopyReason;
  readonly path: string;
  readonly errno: string | undefined;

  constructor(reason: CopyReason, path: string, errno?: string) {
    super(`${reason}: ${path}`);
    this.reason = reason;
    this.path = path;
    this.errno = errno;
  }
}

export function isCopyReason(word: string): word is CopyReason {
  return REASONS.some((one) => one === word);
}

/** What went wrong at a path; a CopyFailure stays what it is. */
export function toCopyFailure(thrown: unknown, path: string): CopyFailure {
  if (thrown instanceof CopyFailure) return thrown;
  const errno = errnoOf(thrown);
  return new CopyFailure(BY_ERRNO[errno ?? ''] ?? 'failed', path, errno);
}

/** Does something to a path, and fails with CopyFailure alone. */
export async function atPath<T>(path: string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (thrown) {
    throw toCopyFailure(thrown, path);
  }
}
