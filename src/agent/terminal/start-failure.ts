import { ConnectFailure, type ConnectCode } from '../../core/connect-failure.ts';
import { errnoOf } from '../../core/errors.ts';

const CODES: ReadonlyMap<string | undefined, ConnectCode> = new Map<string, ConnectCode>([
  ['ENOENT', 'not_found'],
  ['EACCES', 'permission_denied'],
  ['ERR_INVALID_ARG_VALUE', 'invalid_argument'],
  ['E2BIG', 'invalid_argument'],
]);

/** Says why a command could not be started, in the words that clients of envd know. */
export function startFailure(cmd: string, cause: unknown): ConnectFailure {
  const code = CODES.get(errnoOf(cause)) ?? 'unavailable';
  return new ConnectFailure(code, `error starting process '${cmd}': ${reasonOf(cmd, cause)}`, { cause });
}

function reasonOf(cmd: string, cause: unknown): string {
  if (errnoOf(cause) === 'ENOENT') {
    return cmd.includes('/') ? 'no such file or directory' : 'executable file not found in $PATH';
  }
  return cause instanceof Error ? cause.message : String(cause);
}
