import { toIrisError, type IrisError } from '../../core/errors.ts';

/** What happened, where, and the next step: the lines that a person reads on stderr. */
export function renderError(thrown: unknown, isDebug: boolean): string {
  const error = toIrisError(thrown);
  const lines = [`iris: ${error.message}`];
  const frame = error.details?.['frame'];
  if (typeof frame === 'string') lines.push(indent(frame));
  const problems = error.details?.['problems'];
  if (Array.isArray(problems) && problems.length > 1)
    lines.push(...problems.map((problem) => `  - ${String(problem)}`));
  if (error.hint !== undefined) lines.push(`  ${error.hint}`);
  if (isDebug) lines.push(stackOf(error));
  return `${lines.join('\n')}\n`;
}

function indent(text: string): string {
  return text.replace(/^/gm, '  ');
}

function stackOf(error: IrisError): string {
  const cause =
    error.cause instanceof Error ? `\nCaused by: ${error.cause.stack ?? error.cause.message}` : '';
  return `${error.code} ${error.stack ?? ''}${cause}`;
}
