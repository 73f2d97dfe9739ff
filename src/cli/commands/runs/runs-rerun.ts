import { existsSync } from 'node:fs';
import type { RunRecord } from '../../../contract/run-record.ts';
import { IrisError } from '../../../core/errors.ts';
import type { CliContext } from '../../context.ts';
import type { RunCommandOptions } from '../../words/parse-run.ts';
import { RUN_OPTIONS } from '../../words/run-options.ts';
import { runCommand } from '../run.ts';
import { openRun } from './kept-runs.ts';

/** How the new run is shown; all else is as it was. */
export type RerunOptions = Pick<RunCommandOptions, 'detach' | 'json' | 'quiet' | 'verbose'>;

/** What iris itself tells a script of the terminal. */
const TERMINAL_NAMES = new Set(['NO_COLOR', 'FORCE_COLOR']);

/** `iris runs rerun`: the same script with the same arguments and options; values of variables are those of now. */
export async function runsRerun(word: string, options: RerunOptions, context: CliContext): Promise<void> {
  const { run } = await openRun(word);
  if (run.isMasked) {
    throw new IrisError(
      'IRIS_CONFLICT',
      `A secret was in the arguments or options of ${run.id}, and is not kept`,
      {
        hint: 'Run the script again by hand: iris run',
      },
    );
  }
  for (const path of [run.cwd, run.script]) if (!existsSync(path)) throw gone(run, path);
  process.chdir(run.cwd);
  const command = { script: run.script, args: run.args, options: { ...toOptions(run), ...options } };
  context.exitCode = await runCommand(command, context);
}

function toOptions({ flags }: RunRecord): RunCommandOptions {
  const { network, env, ...rest } = flags;
  const names = Array.isArray(env) ? env.filter((name) => !TERMINAL_NAMES.has(name)) : [];
  const known = new Set<string>(RUN_OPTIONS.map(({ key }) => key));
  return {
    // An older iris may have had other options.
    ...Object.fromEntries(Object.entries(rest).filter(([key]) => known.has(key))),
    ...(names.length > 0 && { env: names }),
    ...(network === 'on' && { net: true }),
  };
}

function gone({ id }: RunRecord, path: string): IrisError {
  return new IrisError('FILE_NOT_FOUND', `${path} is not there any more, so ${id} cannot run again`, {
    hint: `What it wrote is kept: iris runs logs ${id}`,
  });
}
