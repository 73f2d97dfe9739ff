export type ErrorCategory =
  | 'usage'
  | 'config'
  | 'auth'
  | 'input'
  | 'script'
  | 'sandbox'
  | 'daemon'
  | 'tool'
  | 'data'
  | 'policy'
  | 'limit'
  | 'output'
  | 'cancelled'
  | 'internal';

/** What each failure means to a shell, an HTTP client and a retry loop. */
export interface ErrorFacts {
  /** What it is about, for programs that treat a group of codes alike. */
  readonly category: ErrorCategory;
  readonly exit: number;
  readonly http: number;
  readonly retryable: boolean;
}

/** Every code that iris fails with. Exit codes follow sysexits, so that they rarely meet a script's own. */
export const ERROR_CODES = {
  USAGE_INVALID: { category: 'usage', exit: 64, http: 400, retryable: false },
  SCRIPT_INVALID: { category: 'script', exit: 65, http: 422, retryable: false },
  SECRET_FOUND: { category: 'input', exit: 65, http: 422, retryable: false },
  FILE_NOT_FOUND: { category: 'input', exit: 66, http: 404, retryable: false },
  FILE_UNREADABLE: { category: 'input', exit: 66, http: 422, retryable: false },
  SANDBOX_UNAVAILABLE: { category: 'sandbox', exit: 69, http: 503, retryable: true },
  SANDBOX_NOT_FOUND: { category: 'sandbox', exit: 69, http: 404, retryable: false },
  SANDBOX_LOST: { category: 'sandbox', exit: 69, http: 502, retryable: false },
  SANDBOX_UNFIT: { category: 'sandbox', exit: 69, http: 422, retryable: false },
  INSTALL_FAILED: { category: 'sandbox', exit: 69, http: 422, retryable: false },
  ISOLATION_UNAVAILABLE: { category: 'sandbox', exit: 69, http: 503, retryable: false },
  DAEMON_UNREACHABLE: { category: 'daemon', exit: 69, http: 503, retryable: true },
  INTERNAL: { category: 'internal', exit: 70, http: 500, retryable: false },
  OUTPUT_UNWRITABLE: { category: 'output', exit: 74, http: 500, retryable: false },
  SANDBOX_BUSY: { category: 'sandbox', exit: 75, http: 503, retryable: true },
  RATE_LIMITED: { category: 'limit', exit: 75, http: 429, retryable: true },
  AUTH_MISSING: { category: 'auth', exit: 77, http: 401, retryable: false },
  AUTH_REJECTED: { category: 'auth', exit: 77, http: 403, retryable: false },
  IRIS_INVALID_ARGUMENT: { category: 'usage', exit: 64, http: 400, retryable: false },
  IRIS_NOT_FOUND: { category: 'data', exit: 66, http: 404, retryable: false },
  IRIS_CONFLICT: { category: 'data', exit: 73, http: 409, retryable: false },
  IRIS_CLOSED: { category: 'data', exit: 73, http: 410, retryable: false },
  IRIS_LIMIT_EXCEEDED: { category: 'limit', exit: 65, http: 413, retryable: false },
  COST_EXCEEDED: { category: 'limit', exit: 77, http: 402, retryable: false },
  IRIS_FORBIDDEN: { category: 'policy', exit: 77, http: 403, retryable: false },
  TOOL_FAILED: { category: 'tool', exit: 69, http: 502, retryable: false },
  IRIS_UNAVAILABLE: { category: 'data', exit: 69, http: 503, retryable: true },
  CONFIG_INVALID: { category: 'config', exit: 78, http: 500, retryable: false },
  RUN_TIMED_OUT: { category: 'limit', exit: 124, http: 504, retryable: false },
  CANCELLED: { category: 'cancelled', exit: 130, http: 499, retryable: false },
} as const satisfies Record<string, ErrorFacts>;

export type ErrorCode = keyof typeof ERROR_CODES;

/** Tells whether `value` names an error of iris. */
export function isErrorCode(value: unknown): value is ErrorCode {
  return typeof value === 'string' && Object.hasOwn(ERROR_CODES, value);
}
