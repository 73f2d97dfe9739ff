import { toIrisError, type IrisError } from '../../core/errors.ts';

/** What happened, where, and the next step: the lines that a person reads on stderr. */
export function renderError(thrown: unknown, isDebug: boolean): string {
  const error = toIrisError(thrown);
  const lines = [`iris: ${error.message}`];
  const frame = error.details?.['frame'];
  if (typeof frame === 'string') lines.push(indent(frame));
  if (error.hint !== undefined) lines.push(`  ${error.hint}`);
  lines.push(...otherProblems(error).flatMap(problemLines));
  if (isDebug) lines.push(stackOf(error));
  return `${lines.join('\n')}\n`;
}

/** The first problem is the message itself. */
function otherProblems(error: IrisError): unknown[] {
  const problems: unknown = error.details?.['problems'];
  return Array.isArray(problems) ? problems.slice(1) : [];
}

function problemLines(problem: unknown): string[] {
  const { message, hint } = Object.fromEntries(Object.entries(problem ?? {}));
  return [`  - ${String(message)}`, ...(typeof hint === 'string' ? [`    ${hint}`] : [])];
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

function stackOf(error: IrisError): string {
  const cause =
    error.cause instanceof Error ? `\nCaused by: ${error.cause.stack ?? error.cause.message}` : '';
  return `${error.code} ${error.stack ?? ''}${cause}`;
}
