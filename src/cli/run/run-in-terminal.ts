import type { Socket } from 'node:net';
import { FROM_DAEMON, TO_DAEMON } from '../../contract/daemon-wire.ts';
import { encodeFrame, type Frame } from '../../core/frames.ts';
import { BUILD } from '../../core/version.ts';
import { spoolRequest } from '../../daemon/client/spool-request.ts';
import { canAsk } from '../terminal/can-ask.ts';
import { ownDaemonPaths, startFrom } from '../own-daemon.ts';
import type { RunCommand } from '../words/parse-run.ts';
import { openAsker } from '../terminal/open-asker.ts';
import { holdable } from '../render/held-output.ts';
import { openOutputOf } from '../output-of.ts';
import type { RunOutput } from '../render/run-output.ts';
import { mayHoldSecrets, toRunParams } from './run-params.ts';
import { forwardSignals, type ForwardedSignals } from '../signals.ts';
import { openStandardInput, type StandardInput } from '../terminal/standard-input.ts';

interface Shown {
  readonly output: RunOutput;
  readonly stdin: StandardInput;
}

/** Runs a script through the daemon and returns the exit code; what is printed is the script's own output. */
export async function runInTerminal(command: RunCommand, distDir: string): Promise<number> {
  const paths = ownDaemonPaths();
  const output = holdable(await openOutputOf(command));
  const stdin = openStandardInput();
  const asker = openAsker({ canAsk: () => canAsk(command.options, process.env), stdin, output });
  let socket: Socket | undefined;
  let signals: ForwardedSignals | undefined;
  let isStarting = false;
  try {
    const request = { build: BUILD, method: 'run', params: toRunParams(command) } as const;
    const spooled = mayHoldSecrets(command, request.params) ? undefined : spoolRequest(paths, request);
    // Only now, because it loads node:net, which takes as long as the script does.
    const { callDaemon } = await import('../../daemon/client/call-daemon.ts');
    const result = await callDaemon(request, {
      env: process.env,
      paths,
      spooled,
      start: async () => {
        if (!isStarting) output.phase('Starting the iris daemon');
        isStarting = true;
        return await startFrom(distDir, paths);
      },
      // Called again when the daemon was of another build: what was set up follows the new connection.
      onSent: (opened) => {
        socket = opened;
        if (signals !== undefined) return;
        output.attach(() => socket?.destroy());
        signals = forwardSignals({
          forward: (name) => {
            void asker.dismiss();
            socket?.write(encodeFrame(TO_DAEMON.signal, name));
          },
          force: () => socket?.destroy(),
        });
      },
      onConfirm: asker.confirm,
      onFrame: (frame, from) => showFrame(frame, from, { output, stdin }),
    });
    await asker.dismiss();
    return output.finish(result);
  } catch (thrown) {
    await asker.dismiss();
    return output.fail(thrown, signals?.exitCode);
  } finally {
    signals?.[Symbol.dispose]();
    stdin.close();
  }
}

function showFrame(frame: Frame, socket: Socket, { output, stdin }: Shown): void {
  switch (frame.type) {
    case FROM_DAEMON.stdout:
    case FROM_DAEMON.stderr: {
      const stream = frame.type === FROM_DAEMON.stdout ? 'stdout' : 'stderr';
      const wait = output.bytes(stream, frame.payload);
      if (wait === undefined) return;
      socket.pause();
      const goOn = (): void => void socket.resume();
      wait.then(goOn, goOn);
      return;
    }
    case FROM_DAEMON.event:
      output.event(JSON.parse(frame.payload.toString('utf8')));
      return;
    case FROM_DAEMON.stdinWanted:
      void sendStdin(socket, stdin);
      return;
    default:
  }
}

/** One chunk for each request of the daemon, so that a script that does not read holds nothing up. */
async function sendStdin(socket: Socket, stdin: StandardInput): Promise<void> {
  const chunk = await stdin.next();
  if (socket.destroyed) return;
  socket.write(chunk === undefined ? encodeFrame(TO_DAEMON.stdinEnd) : encodeFrame(TO_DAEMON.stdin, chunk));
}
