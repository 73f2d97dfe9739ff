import { readOutput } from '../../../app/runs/read-output.ts';
import { readRun } from '../../../app/runs/read-runs.ts';
import { runFolder } from '../../../app/runs/run-folder.ts';
import { toMoment } from '../../words/to-moment.ts';
import { toChoice } from '../choice.ts';
import { openRun } from './kept-runs.ts';
import { writeOutput } from './output-writer.ts';

export interface LogsOptions {
  readonly follow?: boolean;
  readonly grep?: string;
  readonly since?: string;
  readonly source?: string;
  readonly json?: boolean;
}

/** `iris runs logs`: what a run wrote; with `--follow`, what it writes until its end. */
export async function runsLogs(word: string, options: LogsOptions): Promise<void> {
  const { follow = false, grep, since, source, json = false } = options;
  const choice = {
    source: source === undefined ? undefined : toChoice('--source', source, ['stdout', 'stderr']),
    sinceMs: since === undefined ? 0 : toMoment('--since', since, Date.now()),
    grep,
    isJson: json,
  };
  const { stateDir, run } = await openRun(word);
  const goesOn = async (): Promise<boolean> => (await readRun(stateDir, run.id))?.status === 'running';
  const output = readOutput({
    folder: runFolder(stateDir, run.id),
    goesOn: follow && run.status === 'running' ? goesOn : undefined,
  });
  await writeOutput(output, choice);
}
