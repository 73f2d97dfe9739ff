import { daemonPaths, type DaemonPaths } from '../daemon/client/paths.ts';
import type { StartedDaemon } from '../daemon/client/start-daemon.ts';

/** Where this user's daemon is, as this process's environment says. */
export function ownDaemonPaths(): DaemonPaths {
  return daemonPaths(process.env, process.getuid?.() ?? 0);
}

/** Starts the daemon of this build; starting processes is loaded only by those who do. */
export async function startFrom(distDir: string, paths: DaemonPaths): Promise<StartedDaemon> {
  const { startDaemon } = await import('../daemon/client/start-daemon.ts');
  return startDaemon(`${distDir}/daemon/main.js`, paths, process.env);
}
