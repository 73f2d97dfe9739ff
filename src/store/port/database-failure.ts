import type { ErrorCode } from '../../core/error-codes.ts';
import { IrisError } from '../../core/errors.ts';

/** What a database says when it refuses. */
export interface DatabaseReport {
  /** SQLSTATE, or PostgREST's own code. */
  readonly code: string;
  readonly message: string;
  readonly detail?: string | null | undefined;
  readonly hint?: string | null | undefined;
}

const CODES: Readonly<Record<string, ErrorCode>> = {
  PT400: 'IRIS_INVALID_ARGUMENT',
  PT403: 'IRIS_FORBIDDEN',
  PT404: 'IRIS_NOT_FOUND',
  PT409: 'IRIS_CONFLICT',
  PT410: 'IRIS_CLOSED',
  PT413: 'IRIS_LIMIT_EXCEEDED',
  PT503: 'IRIS_UNAVAILABLE',
  '42501': 'IRIS_FORBIDDEN',
  // A function that is not there: the database is older than this iris.
  '42883': 'IRIS_UNAVAILABLE',
  PGRST202: 'IRIS_UNAVAILABLE',
  '57014': 'IRIS_UNAVAILABLE',
  '53300': 'IRIS_UNAVAILABLE',
};
/** Invalid data that no check of ours named: 22 = data exception, 23 = constraint. */
const INVALID_DATA = /^2[23]/;
const OUTDATED = new Set(['42883', 'PGRST202']);

/** Maps a refusal of the database to the stable codes of the tools. */
export function databaseFailure(report: DatabaseReport, cause?: unknown): IrisError {
  if (OUTDATED.has(report.code)) {
    return new IrisError('IRIS_UNAVAILABLE', `The database lacks an operation: ${report.message}`, {
      hint: 'Bring it up to date: iris db migrate',
      cause,
    });
  }
  const code = CODES[report.code] ?? (INVALID_DATA.test(report.code) ? 'IRIS_INVALID_ARGUMENT' : 'INTERNAL');
  const details = detailsOf(report.detail);
  return new IrisError(code, report.message, {
    ...(report.hint ? { hint: report.hint } : {}),
    ...(details === undefined ? {} : { details }),
    cause,
  });
}

/** Failures of iris carry JSON; those of Postgres a sentence, which may quote data of the row. */
function detailsOf(detail: string | null | undefined): Record<string, unknown> | undefined {
  if (!detail?.startsWith('{')) return undefined;
  try {
    const parsed: unknown = JSON.parse(detail);
    return typeof parsed === 'object' && parsed !== null && Object.keys(parsed).length > 0
      ? Object.fromEntries(Object.entries(parsed))
      : undefined;
  } catch {
    return undefined;
  }
}
