import { isTerminal } from './is-terminal.ts';
import type { RunCommandOptions } from './parse-run.ts';
import { hasStandardInput } from './standard-input.ts';

/** Tells whether a person is there who can be asked; a program that reads JSON, and CI, are none. */
export function canAsk({ json }: RunCommandOptions, env: NodeJS.ProcessEnv): boolean {
  const isCi = !['', '0', 'false'].includes(env['CI'] ?? '');
  return json !== true && !isCi && isTerminal(0) && isTerminal(2) && hasStandardInput();
}
