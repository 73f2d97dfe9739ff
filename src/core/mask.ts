import { IrisError } from './errors.ts';

const MASK = '***';
/** What is shorter stands in too many words by chance. */
const MIN_MASKED_CHARS = 4;

/** A text without these values. */
export function maskText(text: string, values: readonly string[]): string {
  return values
    .filter((value) => value.length >= MIN_MASKED_CHARS)
    .toSorted((left, right) => right.length - left.length)
    .reduce((masked, value) => masked.replaceAll(value, MASK), text);
}

/** An error that shows none of these values, in its causes neither. */
export function maskError(error: IrisError, values: readonly string[]): IrisError {
  const shown = JSON.stringify([error.message, error.hint, error.details]);
  const isClean = maskText(shown, values) === shown && !mayTell(error.cause, values);
  if (isClean) return error;
  const { hint, details } = error;
  return new IrisError(error.code, maskText(error.message, values), {
    ...(hint !== undefined && { hint: maskText(hint, values) }),
    ...(details !== undefined && { details: JSON.parse(maskText(JSON.stringify(details), values)) }),
  });
}

function mayTell(cause: unknown, values: readonly string[]): boolean {
  if (!(cause instanceof Error)) return false;
  const shown = `${cause.message}\n${cause.stack ?? ''}`;
  return maskText(shown, values) !== shown || mayTell(cause.cause, values);
}
