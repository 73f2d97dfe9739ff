import { IrisError } from '../core/errors.ts';
import type { ErrorCode } from '../core/error-codes.ts';

/** One thing that is wrong in one source of the configuration. */
export interface Problem {
  readonly message: string;
  readonly hint?: string | undefined;
}

/** Throws when there are problems: the first one is the message, all of them are in the details. */
export function refuseProblems(code: ErrorCode, problems: readonly Problem[]): void {
  const [first, ...others] = problems;
  if (first === undefined) return;
  const more = others.length === 0 ? '' : ` (and ${others.length} more)`;
  throw new IrisError(code, first.message + more, {
    ...(first.hint === undefined ? {} : { hint: first.hint }),
    details: { problems: problems.map(({ message, hint }) => ({ message, hint })) },
  });
}
