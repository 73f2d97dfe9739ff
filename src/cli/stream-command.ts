import type { Socket } from 'node:net';
import { callerContext } from '../contract/caller-context.ts';
import { FROM_DAEMON, TO_DAEMON } from '../contract/daemon-wire.ts';
import type { SandboxExecParams } from '../contract/sandbox-request.ts';
import { encodeFrame } from '../core/frames.ts';
import type { TerminalSize } from '../core/process-wire.ts';
import { BUILD } from '../core/version.ts';
import { callDaemon } from '../daemon/client/call-daemon.ts';
import { ownDaemonPaths, startFrom } from './own-daemon.ts';
import { openRunOutput } from './render/run-output.ts';
import { forwardSignals } from './signals.ts';
import { openStandardInput } from './terminal/standard-input.ts';

export interface StreamedCommand extends Omit<SandboxExecParams, 'cwd' | 'env'> {
  /** Tells the sizes that the terminal gets. */
  readonly onResize?: ((listener: (size: TerminalSize) => void) => void) | undefined;
}

/** Runs a command in a sandbox, with the standard input and output of this process, and returns its exit code. */
export async function streamCommand(command: StreamedCommand, distDir: string): Promise<number> {
  const { onResize, ...asked } = command;
  const paths = ownDaemonPaths();
  const output = openRunOutput({ quiet: true }, () => false);
  const stdin = openStandardInput();
  let socket: Socket | undefined;
  using signals = forwardSignals({
    forward: (name) => void socket?.write(encodeFrame(TO_DAEMON.signal, name)),
    force: () => socket?.destroy(),
  });
  output.attach(() => socket?.destroy());
  onResize?.((size) => void socket?.write(encodeFrame(TO_DAEMON.resize, JSON.stringify(size))));
  const params = { ...callerContext(process.env, process.cwd()), ...asked };
  try {
    const { exitCode } = await callDaemon(
      { build: BUILD, method: 'sandbox.exec', params },
      {
        env: process.env,
        paths,
        start: () => startFrom(distDir, paths),
        onSent: (opened) => {
          socket = opened;
        },
        onFrame: ({ type, payload }, from) => {
          if (type === FROM_DAEMON.stdinWanted) void sendStdin(from);
          if (type !== FROM_DAEMON.stdout && type !== FROM_DAEMON.stderr) return;
          const wait = output.bytes(type === FROM_DAEMON.stdout ? 'stdout' : 'stderr', payload);
          if (wait === undefined) return;
          from.pause();
          const goOn = (): void => void from.resume();
          wait.then(goOn, goOn);
        },
      },
    );
    return exitCode;
  } catch (thrown) {
    return output.fail(thrown, signals.exitCode);
  } finally {
    stdin.close();
  }

  async function sendStdin(to: Socket): Promise<void> {
    const chunk = await stdin.next();
    if (to.destroyed) return;
    to.write(chunk === undefined ? encodeFrame(TO_DAEMON.stdinEnd) : encodeFrame(TO_DAEMON.stdin, chunk));
  }
}
