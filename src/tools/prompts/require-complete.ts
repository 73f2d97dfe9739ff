import { IrisError } from '../../core/errors.ts';
import type { PromptSource } from './render-prompt.ts';

/** Throws IRIS_INVALID_ARGUMENT with the values that a prompt asks for and was not given. */
export function requireComplete({ name, version }: PromptSource, missing: readonly string[]): void {
  if (missing.length === 0) return;
  throw new IrisError(
    'IRIS_INVALID_ARGUMENT',
    `${name}@${version} needs ${missing.length === 1 ? 'the variable' : 'the variables'} ${missing.join(', ')}`,
    {
      hint: 'Give each of them in "variables", or pass strict: false to leave them empty.',
      details: { missing },
    },
  );
}
