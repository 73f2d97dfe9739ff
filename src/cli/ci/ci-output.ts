import { isOn } from '../terminal/is-ci.ts';
import type { RunCommand } from '../words/parse-run.ts';
import type { RunOutput } from '../render/run-output.ts';
import type { CiRun, CiView } from './ci-view.ts';
import { githubView } from './github.ts';
import { gitlabView } from './gitlab.ts';
import { isJobLog } from './job-log.ts';
import { openNeutraliser } from './neutralise.ts';

/** What is kept of standard error, to find out where a script failed. */
const MAX_TAIL_BYTES = 16 * 1024;

export interface CiOutputOptions {
  readonly env: CiRun['env'];
  readonly cwd: string;
}

/** Tells the pipeline that runs this job of a run, besides what `output` shows; the same output where none does. */
export function ciOutput(output: RunOutput, command: RunCommand, options: CiOutputOptions): RunOutput {
  const { env } = options;
  const view = viewOf({ ...options, script: command.script, secrets: secretsOf(command, env) });
  if (view === undefined || !isJobLog(2, view.marker, env)) return output;
  const write = (text: string): void => void process.stderr.write(text);
  const clean = {
    stdout: view.isNeutralised && isJobLog(1, view.marker, env) ? openNeutraliser() : asItIs,
    stderr: view.isNeutralised ? openNeutraliser() : asItIs,
  };
  let tail = Buffer.alloc(0);
  let isOpen = false;
  const close = (): void => {
    if (isOpen) write(view.end());
    isOpen = false;
  };
  return {
    ...output,
    attach: (onClosed) => {
      write(view.begin());
      isOpen = true;
      output.attach(onClosed);
    },
    bytes: (stream, data) => {
      if (stream === 'stderr') tail = Buffer.concat([tail, data]).subarray(-MAX_TAIL_BYTES);
      return output.bytes(stream, clean[stream](data));
    },
    finish: (result) => {
      const code = output.finish(result);
      close();
      write(view.finished(result, tail.toString('utf8')));
      return code;
    },
    fail: (thrown, signalExitCode) => {
      const code = output.fail(thrown, signalExitCode);
      close();
      write(view.failed(thrown));
      return code;
    },
  };
}

function viewOf(run: CiRun): CiView | undefined {
  if (isOn(run.env['GITHUB_ACTIONS'])) return githubView(run);
  return isOn(run.env['GITLAB_CI']) ? gitlabView(run) : undefined;
}

const SECRET_NAME = /KEY|TOKEN|SECRET|PASSW/i;

/** Whatever iris or the script is given that is to stay out of the log. */
function secretsOf({ options }: RunCommand, env: CiRun['env']): string[] {
  const named = [...(options.secret ?? []), ...(options.secretEnv ?? [])].flatMap((list) => list.split(','));
  const given = (options.env ?? []).flatMap((pair) => {
    const [name = '', ...rest] = pair.split('=');
    if (!SECRET_NAME.test(name)) return [];
    return [rest.length === 0 ? env[name] : rest.join('=')];
  });
  const values = [
    ...named.map((name) => env[name]),
    ...given,
    env['E2B_API_KEY'],
    env['SUPABASE_SERVICE_ROLE_KEY'],
  ];
  return [...new Set(values.filter((value) => value !== undefined && value !== ''))].filter(
    (value): value is string => value !== undefined,
  );
}

function asItIs(chunk: Buffer): Buffer {
  return chunk;
}
