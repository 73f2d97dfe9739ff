import { canSpin } from './terminal/can-spin.ts';
import { isCi } from './terminal/is-ci.ts';
import type { RunCommand } from './words/parse-run.ts';
import { openRunOutput, type RunOutput } from './render/run-output.ts';

/** The output of a run: for people, for programs, or for the log of a pipeline. */
export async function openOutputOf(command: RunCommand): Promise<RunOutput> {
  const output = openRunOutput(command.options, canSpin);
  if (!isCi(process.env)) return output;
  const { ciOutput } = await import('./ci/ci-output.ts');
  return ciOutput(output, command, { env: process.env, cwd: process.cwd() });
}
