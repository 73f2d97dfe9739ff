import { spawn } from 'node:child_process';
import { closeSync, mkdirSync, openSync } from 'node:fs';
import { IrisError } from '../../core/errors.ts';
import type { DaemonPaths } from './paths.ts';

/** A small young generation: output that streams through leaves 15 % less memory behind, at no loss of speed. */
const NODE_FLAGS = ['--max-semi-space-size=1'];

/** Variables that a daemon may inherit: where things are, and nothing that a script or a config should read. */
const INHERITED =
  /^(HOME|PATH|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|XDG_.*|IRIS_(STATE|CACHE)_DIR|IRIS_DAEMON_.*|HTTPS?_PROXY|https?_proxy|NO_PROXY|no_proxy|SSL_CERT_.*)$/;

/** Starts irisd in the background; when one runs already, the new one leaves by itself. */
export function startDaemon(
  daemonFile: string,
  paths: DaemonPaths,
  env: Readonly<Record<string, string | undefined>>,
): void {
  const log = openLog(paths);
  try {
    const inherited = Object.entries(env).filter(([name]) => INHERITED.test(name));
    const child = spawn(process.execPath, [...NODE_FLAGS, daemonFile], {
      cwd: '/',
      detached: true,
      env: Object.fromEntries(inherited),
      stdio: ['ignore', log, log],
    });
    // A failure to start shows as a socket that never answers.
    child.on('error', () => undefined);
    child.unref();
  } finally {
    closeSync(log);
  }
}

function openLog(paths: DaemonPaths): number {
  try {
    mkdirSync(paths.stateDir, { recursive: true, mode: 0o700 });
    return openSync(paths.log, 'a', 0o600);
  } catch (cause) {
    throw new IrisError('DAEMON_UNREACHABLE', `Cannot write to ${paths.stateDir}`, {
      hint: 'Make it writable, or set IRIS_STATE_DIR to a directory that is.',
      cause,
    });
  }
}
