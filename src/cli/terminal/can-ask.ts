import { isCi, isOn } from './is-ci.ts';
import { isTerminal } from './is-terminal.ts';
import type { RunCommandOptions } from '../words/parse-run.ts';
import { hasStandardInput } from './standard-input.ts';

/** Tells whether a person is there who can be asked; a program that reads JSON, and CI, are none. */
export function canAsk(
  { json, input }: Pick<RunCommandOptions, 'json' | 'input'>,
  env: NodeJS.ProcessEnv,
): boolean {
  if (json === true || input === false || isOn(env['IRIS_NO_INPUT']) || isCi(env)) return false;
  return isTerminal(0) && isTerminal(2) && hasStandardInput();
}
