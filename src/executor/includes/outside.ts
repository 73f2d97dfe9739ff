import { IrisError } from '../../core/errors.ts';

/** What is said of a file that has no place in the sandbox. */
export function outside(name: string, localDir: string): IrisError {
  return new IrisError('USAGE_INVALID', `Cannot include ${name}: it lies outside ${localDir}`, {
    hint: `Copy it into ${localDir}, or pass it through standard input.`,
  });
}
