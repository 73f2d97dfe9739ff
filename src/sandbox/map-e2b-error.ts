import {
  AuthenticationError,
  NotFoundError,
  RateLimitError,
  SandboxError,
  ServiceBusyError,
  TimeoutError,
} from '@e2b/code-interpreter';
import { errnoOf, IrisError, toIrisError } from '../core/errors.ts';

/** What the SDK puts before a host's own words on status 503. */
const BUSY_PREFIX = /^Service temporarily unavailable, please retry - /;

/** Translates what E2B's SDK throws; its classes share no base, so each is named. */
export function mapE2bError(thrown: unknown): IrisError {
  if (thrown instanceof IrisError) return thrown;
  if (thrown instanceof AuthenticationError) {
    return new IrisError('AUTH_REJECTED', `E2B refused the API key: ${firstLine(thrown)}`, {
      hint: 'Check E2B_API_KEY, or unset it to use the embedded host.',
      cause: thrown,
    });
  }
  if (thrown instanceof RateLimitError) {
    return new IrisError('RATE_LIMITED', `Too many requests to E2B: ${firstLine(thrown)}`, {
      hint: 'Wait a moment, or close sandboxes with: iris sandbox close --all',
      cause: thrown,
    });
  }
  if (thrown instanceof NotFoundError) {
    return new IrisError('SANDBOX_NOT_FOUND', firstLine(thrown), {
      hint: 'List the live ones with: iris sandbox ls',
      cause: thrown,
    });
  }
  if (thrown instanceof TimeoutError) return unavailable(thrown, 'did not answer in time');
  if (thrown instanceof ServiceBusyError) {
    return new IrisError('SANDBOX_BUSY', `The sandbox host is not available: ${firstLine(thrown)}`, {
      hint: 'Wait a moment, then run again; if it stays so: iris doctor',
      cause: thrown,
    });
  }
  if (thrown instanceof SandboxError) return unavailable(thrown, 'failed');
  if (isNetworkFailure(thrown)) return unavailable(thrown, 'cannot be reached', connectionFailure(thrown));
  return toIrisError(thrown);
}

/** Makes a call of the SDK that fails with errors of iris only. */
export async function mapped<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (thrown) {
    throw mapE2bError(thrown);
  }
}

/** Errors of a connection that never stood. */
const UNSENT = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'UND_ERR_CONNECT_TIMEOUT',
]);

/** What a failed control call leaves open: nothing was done, it was perhaps done, or it will never be. */
export function outcomeOf({ code, cause }: IrisError): 'undone' | 'in doubt' | 'refused' {
  if (code !== 'SANDBOX_UNAVAILABLE') return 'refused';
  if (cause instanceof TimeoutError) return 'in doubt';
  if (cause instanceof SandboxError) return (cause.statusCode ?? 500) >= 500 ? 'in doubt' : 'refused';
  if (!isNetworkFailure(cause)) return 'refused';
  return UNSENT.has(errnoOf(cause.cause) ?? '') ? 'undone' : 'in doubt';
}

function unavailable(thrown: Error, what: string, said = thrown): IrisError {
  return new IrisError('SANDBOX_UNAVAILABLE', `The sandbox host ${what}: ${firstLine(said)}`, {
    hint: 'Run again; if it stays so: iris doctor',
    cause: thrown,
  });
}

function firstLine(thrown: Error): string {
  const line = thrown.message.split('\n', 1)[0] ?? thrown.message;
  return line.replace(BUSY_PREFIX, '');
}

/** What happened to the connection, and to which host; `fetch` itself says no more than that it failed. */
function connectionFailure(thrown: Error): Error {
  return thrown.cause instanceof Error && thrown.cause.message !== '' ? thrown.cause : thrown;
}

/** `fetch` reports every broken connection as a TypeError with the cause below it. */
function isNetworkFailure(thrown: unknown): thrown is Error {
  return thrown instanceof TypeError && thrown.message === 'fetch failed';
}
