import {
  ERROR_CODES,
  isErrorCode,
  type ErrorCategory,
  type ErrorCode,
  type ErrorFacts,
} from './error-codes.ts';

export interface IrisErrorOptions {
  /** The next step for the reader, in one line. */
  readonly hint?: string;
  /** Plain JSON for programs; never a secret. */
  readonly details?: Readonly<Record<string, unknown>>;
  readonly cause?: unknown;
}

/** The JSON form of an error, as it crosses the daemon's socket and `--json`. */
export interface ErrorJson {
  readonly code: ErrorCode;
  readonly category?: ErrorCategory | undefined;
  readonly message: string;
  readonly hint?: string | undefined;
  readonly retryable: boolean;
  /** The run that failed, where it had begun. */
  readonly runId?: string | undefined;
  readonly details?: Readonly<Record<string, unknown>> | undefined;
}

/** The one error class of iris: `message` says what happened with which value, `hint` says what to do next. */
export class IrisError extends Error {
  override readonly name = 'IrisError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly details: Readonly<Record<string, unknown>> | undefined;

  constructor(code: ErrorCode, message: string, options: IrisErrorOptions = {}) {
    super(message, options.cause === undefined ? undefined : { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.details = options.details;
  }

  get facts(): ErrorFacts {
    return ERROR_CODES[this.code];
  }

  toJSON(): ErrorJson {
    return {
      code: this.code,
      category: this.facts.category,
      message: this.message,
      hint: this.hint,
      retryable: this.facts.retryable,
      details: this.details,
    };
  }

  /** Rebuilds an error that crossed a wire; an unknown code becomes INTERNAL. */
  static fromJSON(json: Partial<ErrorJson>): IrisError {
    const code = isErrorCode(json.code) ? json.code : 'INTERNAL';
    return new IrisError(code, json.message ?? 'Unknown error', { hint: json.hint, details: json.details });
  }
}

/** Turns anything that was thrown into an IrisError; what iris does not know is INTERNAL. */
export function toIrisError(thrown: unknown): IrisError {
  if (thrown instanceof IrisError) return thrown;
  if (isAbort(thrown)) return new IrisError('CANCELLED', 'Cancelled', { cause: thrown });
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new IrisError('INTERNAL', message, {
    hint: 'This is a bug in iris. Run again with --debug and report what it prints.',
    cause: thrown,
  });
}

/** The errno name (`ENOENT`, …) that a Node error carries, if it carries one. */
export function errnoOf(thrown: unknown): string | undefined {
  if (!(thrown instanceof Error) || !('code' in thrown)) return undefined;
  return typeof thrown.code === 'string' ? thrown.code : undefined;
}

function isAbort(thrown: unknown): boolean {
  return thrown instanceof Error && thrown.name === 'AbortError';
}
