import type { DaemonMethod, DaemonResults } from '../contract/daemon-wire.ts';
import { BUILD } from '../core/version.ts';
import { callDaemon } from '../daemon/client/call-daemon.ts';
import { ownDaemonPaths, startFrom } from './own-daemon.ts';

/** Asks the daemon one question, starting it when `distDir` says from where. */
export async function askDaemon<Method extends DaemonMethod>(
  method: Method,
  params: object,
  distDir: string | undefined,
): Promise<DaemonResults[Method]> {
  const paths = ownDaemonPaths();
  const start = distDir === undefined ? undefined : () => startFrom(distDir, paths);
  return await callDaemon({ build: BUILD, method, params }, { paths, start });
}
