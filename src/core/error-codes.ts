/** What each failure means to a shell, an HTTP client and a retry loop. */
export interface ErrorFacts {
  readonly exit: number;
  readonly http: number;
  readonly retryable: boolean;
}

/** Every code that iris fails with. Exit codes follow sysexits, so that they rarely meet a script's own. */
export const ERROR_CODES = {
  USAGE_INVALID: { exit: 64, http: 400, retryable: false },
  SCRIPT_INVALID: { exit: 65, http: 422, retryable: false },
  SECRET_FOUND: { exit: 65, http: 422, retryable: false },
  FILE_NOT_FOUND: { exit: 66, http: 404, retryable: false },
  FILE_UNREADABLE: { exit: 66, http: 422, retryable: false },
  SANDBOX_UNAVAILABLE: { exit: 69, http: 503, retryable: true },
  SANDBOX_NOT_FOUND: { exit: 69, http: 404, retryable: false },
  SANDBOX_LOST: { exit: 69, http: 502, retryable: false },
  ISOLATION_UNAVAILABLE: { exit: 69, http: 503, retryable: false },
  DAEMON_UNREACHABLE: { exit: 69, http: 503, retryable: true },
  INTERNAL: { exit: 70, http: 500, retryable: false },
  OUTPUT_UNWRITABLE: { exit: 74, http: 500, retryable: false },
  SANDBOX_BUSY: { exit: 75, http: 503, retryable: true },
  RATE_LIMITED: { exit: 75, http: 429, retryable: true },
  AUTH_MISSING: { exit: 77, http: 401, retryable: false },
  AUTH_REJECTED: { exit: 77, http: 403, retryable: false },
  IRIS_INVALID_ARGUMENT: { exit: 64, http: 400, retryable: false },
  IRIS_NOT_FOUND: { exit: 66, http: 404, retryable: false },
  IRIS_CONFLICT: { exit: 73, http: 409, retryable: false },
  IRIS_CLOSED: { exit: 73, http: 410, retryable: false },
  IRIS_LIMIT_EXCEEDED: { exit: 65, http: 413, retryable: false },
  COST_EXCEEDED: { exit: 77, http: 402, retryable: false },
  IRIS_FORBIDDEN: { exit: 77, http: 403, retryable: false },
  TOOL_FAILED: { exit: 69, http: 502, retryable: false },
  IRIS_UNAVAILABLE: { exit: 69, http: 503, retryable: true },
  CONFIG_INVALID: { exit: 78, http: 500, retryable: false },
  RUN_TIMED_OUT: { exit: 124, http: 504, retryable: false },
  CANCELLED: { exit: 130, http: 499, retryable: false },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Tells whether `value` names an error of iris. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value);
}
