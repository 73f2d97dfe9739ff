import { existsSync, rmSync, statSync, truncateSync } from 'node:fs';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openApp } from '../app/open-app.ts';
import { packageFiles } from '../app/package-files.ts';
import { toIrisError } from '../core/errors.ts';
import { takeFolderLock } from '../core/folder-lock.ts';
import { VERSION } from '../core/version.ts';
import type { Logger } from '../core/logger.ts';
import { daemonPaths, type DaemonPaths } from './client/paths.ts';
import { ensurePrivateDir } from './private-dir.ts';
import { DaemonServer } from './server.ts';

/** How often the daemon asks itself whether anybody still needs it. */
const IDLE_CHECK_MS = 2_000;
const MAX_LOG_BYTES = 5 * 1024 * 1024;
/** After this long without a clean end the daemon leaves anyway: its sandboxes die with it. */
const SHUTDOWN_BUDGET_MS = 10_000;

/** Runs irisd until it is told to stop or nobody needs it; another daemon of this user ends it at once. */
async function main(): Promise<void> {
  process.umask(0o077);
  const paths = daemonPaths(process.env, process.getuid?.() ?? 0);
  ensurePrivateDir(paths.stateDir);
  await using lock = await takeFolderLock(paths.stateDir, 'irisd');
  if (lock === undefined) return;
  trimLog(paths);
  const logger = logToStderr;
  logger('daemon.started', { pid: process.pid, version: VERSION, node: process.version });

  const app = openApp({
    stateDir: paths.stateDir,
    cacheDir: paths.cacheDir,
    ...packageFiles(fileURLToPath(new URL('..', import.meta.url))),
    resumes: true,
    keepsRuns: true,
    logger,
  });
  const server = new DaemonServer({ app, paths, logger });
  await server.listen();
  app.warmUp();
  const reason = await untilStopped(server, app, paths.socket);
  logger('daemon.stopping', { reason });
  const drained = server.drain();
  if (reason === 'outdated') {
    // The next build takes over at once; this one ends when its last client was served.
    await lock[Symbol.asyncDispose]();
    await Promise.all([drained, app.runs.detachedEnded()]);
  }
  setTimeout(() => process.exit(70), SHUTDOWN_BUDGET_MS).unref();
  if (reason !== 'outdated') await app.runs.cancelDetached();
  await app[Symbol.asyncDispose]();
  // The socket's folder may lie in /tmp, where nothing should stay. An outdated daemon leaves it to the next one.
  if (reason !== 'outdated') rmSync(dirname(paths.socket), { recursive: true, force: true });
  logger('daemon.stopped', {});
}

async function untilStopped(
  server: DaemonServer,
  app: ReturnType<typeof openApp>,
  socketFile: string,
): Promise<string> {
  const check = setInterval(() => {
    if (server.idleMs >= app.idleLimitMs && app.sandboxCount + app.runCount === 0) server.stop('idle');
    // Whoever deleted the state folder finds this daemon no more, and its lock keeps the next one from starting.
    else if (app.runCount === 0 && !existsSync(socketFile)) server.stop('unreachable');
  }, IDLE_CHECK_MS);
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP'] as const) process.on(name, () => server.stop(name));
  try {
    return await server.stopping;
  } finally {
    clearInterval(check);
  }
}

const logToStderr: Logger = (event, facts) => {
  process.stderr.write(`${JSON.stringify({ at: new Date().toISOString(), event, ...facts })}\n`);
};

/** The log is opened by whoever started the daemon, for appending: emptying it keeps that descriptor right. */
function trimLog(paths: DaemonPaths): void {
  const size = statSync(paths.log, { throwIfNoEntry: false })?.size ?? 0;
  if (size > MAX_LOG_BYTES) truncateSync(paths.log, 0);
}

process.on('uncaughtException', (thrown) => {
  logToStderr('daemon.crashed', { stack: thrown.stack });
  process.exit(70);
});
try {
  await main();
} catch (thrown) {
  // Read by the client that started this daemon and waits for it.
  const { code, message, hint } = toIrisError(thrown);
  logToStderr('daemon.failed', { code, message: hint === undefined ? message : `${message}. ${hint}` });
  process.exit(70);
}
process.exit(0);
