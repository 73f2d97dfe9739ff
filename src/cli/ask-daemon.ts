import type { DaemonMethod, DaemonResults } from '../contract/daemon-wire.ts';
import { BUILD } from '../core/version.ts';
import { callDaemon } from '../daemon/client/call-daemon.ts';
import { daemonPaths, type DaemonPaths } from '../daemon/client/paths.ts';
import type { StartedDaemon } from '../daemon/client/start-daemon.ts';

/** Where this user's daemon is, as this process's environment says. */
export function ownDaemonPaths(): DaemonPaths {
  return daemonPaths(process.env, process.getuid?.() ?? 0);
}

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

/** Starts the daemon of this build; starting processes is loaded only by those who do. */
export async function startFrom(distDir: string, paths: DaemonPaths): Promise<StartedDaemon> {
  const { startDaemon } = await import('../daemon/client/start-daemon.ts');
  return startDaemon(`${distDir}/daemon/main.js`, paths, process.env);
}
