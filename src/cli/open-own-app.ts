import { openApp, type App } from '../app/open-app.ts';
import { packageFiles } from '../app/package-files.ts';
import { daemonPaths } from '../daemon/client/paths.ts';

/** Opens the app in this process, without a daemon; its sandboxes end with it. */
export function openOwnApp(distDir: string): App {
  const { stateDir, cacheDir } = daemonPaths(process.env, process.getuid?.() ?? 0);
  return openApp({
    stateDir,
    cacheDir,
    ...packageFiles(distDir),
    resumes: false,
    keepsRuns: true,
    logger: () => undefined,
  });
}
