import { readOutput } from '../../../app/runs/read-output.ts';
import { readRun } from '../../../app/runs/read-runs.ts';
import { runFolder } from '../../../app/runs/run-folder.ts';
import type { RunRecord } from '../../../contract/run-record.ts';
import { isErrorCode } from '../../../core/error-codes.ts';
import { IrisError } from '../../../core/errors.ts';
import type { CliContext } from '../../context.ts';
import { openRun } from './kept-runs.ts';
import { writeOutput } from './output-writer.ts';

const DETACHED_EXIT = 130;

/** `iris runs attach`: what a run has written, then what it writes; its exit code passes through. */
export async function runsAttach(word: string, context: CliContext): Promise<void> {
  const { stateDir, run } = await openRun(word);
  const now = async (): Promise<RunRecord> => (await readRun(stateDir, run.id)) ?? gone(run);
  const leave = (): void => {
    process.stderr.write(`\niris: left ${run.id}, which runs on\n  End it: iris runs cancel ${run.id}\n`);
    process.exit(DETACHED_EXIT);
  };
  process.once('SIGINT', leave);
  try {
    const output = readOutput({
      folder: runFolder(stateDir, run.id),
      goesOn: async () => (await now()).status === 'running',
    });
    await writeOutput(output, { source: undefined, sinceMs: 0, grep: undefined, isJson: false });
  } finally {
    process.off('SIGINT', leave);
  }
  const ended = await now();
  if (ended.exitCode === undefined) throw withoutEnd(ended);
  context.exitCode = ended.exitCode;
}

/** Somebody removed it meanwhile. */
function gone(run: RunRecord): RunRecord {
  return { ...run, status: 'lost' };
}

function withoutEnd({ id, status, error }: RunRecord): IrisError {
  const code = error !== undefined && isErrorCode(error.code) ? error.code : 'SANDBOX_LOST';
  return new IrisError(code, error?.message ?? `${id} has no end of its own: ${status}`, {
    hint: error?.hint ?? `See: iris runs show ${id}`,
  });
}
