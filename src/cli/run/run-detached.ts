import { FROM_DAEMON } from '../../contract/daemon-wire.ts';
import { IrisError } from '../../core/errors.ts';
import { BUILD } from '../../core/version.ts';
import { callDaemon } from '../../daemon/client/call-daemon.ts';
import { canSpin } from '../terminal/can-spin.ts';
import { ownDaemonPaths, startFrom } from '../own-daemon.ts';
import type { RunCommand } from '../words/parse-run.ts';
import { openProgress } from '../render/progress.ts';
import { toRunParams } from './run-params.ts';

/** `iris run --detach`: starts a script, prints the id of its run and leaves it to the daemon. */
export async function runDetached(command: RunCommand, distDir: string): Promise<number> {
  const { options } = command;
  if (options.daemon === false) throw cannotDetach();
  const paths = ownDaemonPaths();
  const progress = openProgress(options, canSpin);
  const request = {
    build: BUILD,
    method: 'run.detach',
    params: { ...toRunParams(command), hasStdin: false },
  } as const;
  try {
    const started = await callDaemon(request, {
      env: process.env,
      paths,
      start: () => startFrom(distDir, paths),
      onFrame: ({ type, payload }) => {
        if (type === FROM_DAEMON.event && options.json !== true)
          progress.event(JSON.parse(payload.toString('utf8')));
      },
    });
    progress.clear();
    process.stdout.write(`${options.json === true ? JSON.stringify(started) : started.runId}\n`);
    if (options.json !== true && options.quiet !== true)
      process.stderr.write(`iris: it runs on; see it with: iris runs attach ${started.runId}\n`);
    return 0;
  } finally {
    progress.clear();
  }
}

function cannotDetach(): IrisError {
  return new IrisError('USAGE_INVALID', 'Without the daemon, nobody goes on with a detached run', {
    hint: 'Drop --detach, or --no-daemon.',
  });
}
