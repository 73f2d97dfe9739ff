import { once } from 'node:events';
import type { Socket } from 'node:net';
import { FROM_DAEMON, TO_DAEMON } from '../../contract/daemon-wire.ts';
import type { SandboxCopyParams } from '../../contract/sandbox-request.ts';
import type { CopyReport } from '../../contract/sandbox-wire.ts';
import { formatByteSize } from '../../core/byte-size.ts';
import { encodeFrame } from '../../core/frames.ts';
import { BUILD } from '../../core/version.ts';
import { callDaemon } from '../../daemon/client/call-daemon.ts';
import { canSpin } from '../terminal/can-spin.ts';
import { ownDaemonPaths, startFrom } from '../own-daemon.ts';
import { openStandardInput } from '../terminal/standard-input.ts';

/** Lets the daemon copy files; what goes to `-` passes through this process, and nothing else does. */
export async function streamCopy(params: SandboxCopyParams, distDir: string): Promise<CopyReport> {
  const paths = ownDaemonPaths();
  const stdin = openStandardInput();
  const progress = openCounter();
  const write = async (bytes: Buffer, from: Socket): Promise<void> => {
    if (process.stdout.write(bytes)) return;
    from.pause();
    await once(process.stdout, 'drain');
    from.resume();
  };
  const sendStdin = async (to: Socket): Promise<void> => {
    const chunk = await stdin.next();
    if (to.destroyed) return;
    to.write(chunk === undefined ? encodeFrame(TO_DAEMON.stdinEnd) : encodeFrame(TO_DAEMON.stdin, chunk));
  };
  try {
    return await callDaemon(
      { build: BUILD, method: 'sandbox.copy', params },
      {
        env: process.env,
        paths,
        start: () => startFrom(distDir, paths),
        onFrame: ({ type, payload }, from) => {
          if (type === FROM_DAEMON.stdinWanted) void sendStdin(from);
          if (type === FROM_DAEMON.event) progress.show(JSON.parse(payload.toString('utf8')));
          if (type === FROM_DAEMON.stdout) void write(payload, from);
        },
      },
    );
  } finally {
    progress.clear();
    stdin.close();
  }
}

interface Counter {
  show(counts: { readonly files: number; readonly bytes: number }): void;
  clear(): void;
}

/** One line on a terminal that counts up, and nothing elsewhere. */
function openCounter(): Counter {
  const isShown = canSpin();
  let hasLine = false;
  return {
    show: ({ files, bytes }) => {
      if (!isShown) return;
      hasLine = true;
      process.stderr.write(`\r\u001B[Kiris: copying, ${files} done, ${formatByteSize(bytes)}`);
    },
    clear: () => {
      if (hasLine) process.stderr.write('\r\u001B[K');
      hasLine = false;
    },
  };
}
