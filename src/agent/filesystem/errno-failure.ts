import { ConnectFailure, type ConnectCode } from '../../core/connect-failure.ts';
import { errnoOf } from '../../core/errors.ts';

const CODES: Readonly<Record<string, ConnectCode>> = {
  ENOENT: 'not_found',
  ENOTDIR: 'not_found',
  ENAMETOOLONG: 'invalid_argument',
  EINVAL: 'invalid_argument',
  EISDIR: 'invalid_argument',
  EACCES: 'permission_denied',
  EPERM: 'permission_denied',
  EROFS: 'permission_denied',
  ELOOP: 'failed_precondition',
  EBUSY: 'failed_precondition',
  EEXIST: 'failed_precondition',
  ENOTEMPTY: 'failed_precondition',
  ENOSPC: 'resource_exhausted',
  EDQUOT: 'resource_exhausted',
  EFBIG: 'resource_exhausted',
  EMFILE: 'resource_exhausted',
};

/** Words what the kernel refused as a failure of the call; `action` says what was tried. */
export function errnoFailure(cause: unknown, action: string): ConnectFailure {
  if (cause instanceof ConnectFailure) return cause;
  const errno = errnoOf(cause) ?? String(cause);
  return new ConnectFailure(CODES[errno] ?? 'internal', `${action}: ${errno}`, { cause });
}

/** Whether the kernel said that there is no such path. */
export function isMissing(cause: unknown): boolean {
  const errno = errnoOf(cause);
  return errno === 'ENOENT' || errno === 'ENOTDIR';
}
