import { FROM_DAEMON, type DaemonMethod, type DaemonResults } from '../contract/daemon-wire.ts';
import type { Frame } from '../core/frames.ts';
import { BUILD } from '../core/version.ts';
import { callDaemon } from '../daemon/client/call-daemon.ts';
import { ownDaemonPaths, startFrom } from './own-daemon.ts';

/** Asks the daemon one question, starting it when `distDir` says from where. */
export async function askDaemon<Method extends DaemonMethod>(
  method: Method,
  params: object,
  distDir: string | undefined,
  onBytes?: (bytes: Buffer) => void,
): Promise<DaemonResults[Method]> {
  const paths = ownDaemonPaths();
  const start = distDir === undefined ? undefined : () => startFrom(distDir, paths);
  const onFrame = (frame: Frame): void => {
    if (frame.type === FROM_DAEMON.stdout) onBytes?.(frame.payload);
  };
  return await callDaemon({ build: BUILD, method, params }, { paths, start, env: process.env, onFrame });
}
