import { join } from 'node:path';

export interface DaemonPaths {
  /** Private folder (0700) of the daemon: socket, log, isolation cache. */
  readonly stateDir: string;
  readonly socket: string;
  readonly log: string;
  /** Private folder where a client leaves a request before it has connected. */
  readonly spool: string;
  readonly cacheDir: string;
}

/** Addresses of unix sockets hold 104 bytes on macOS and 108 on Linux, the closing zero included. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Where the daemon of this user and environment lives; pure, nothing is created. */
export function daemonPaths(env: Readonly<Record<string, string | undefined>>, uid: number): DaemonPaths {
  const home = (): string => set(env, 'HOME') ?? process.getBuiltinModule('node:os').homedir();
  const stateHome = (): string => set(env, 'XDG_STATE_HOME') ?? join(home(), '.local', 'state');
  const cacheHome = (): string => set(env, 'XDG_CACHE_HOME') ?? join(home(), '.cache');
  const stateDir = set(env, 'IRIS_STATE_DIR') ?? join(stateHome(), 'iris');
  const cacheDir = set(env, 'IRIS_CACHE_DIR') ?? join(cacheHome(), 'iris');
  return {
    stateDir,
    cacheDir,
    socket: socketPath(stateDir, env, uid),
    log: join(stateDir, 'irisd.log'),
    spool: join(stateDir, 'spool'),
  };
}

/** A variable that is set to nothing is not set. */
function set(env: Readonly<Record<string, string | undefined>>, name: string): string | undefined {
  return env[name] || undefined;
}

function socketPath(
  stateDir: string,
  env: Readonly<Record<string, string | undefined>>,
  uid: number,
): string {
  const near = join(stateDir, 'run', 'irisd.sock');
  if (Buffer.byteLength(near) <= MAX_SOCKET_PATH_BYTES) return near;
  return join(set(env, 'XDG_RUNTIME_DIR') ?? '/tmp', `iris-${uid}-${fnv1a(stateDir)}`, 'irisd.sock');
}

/** FNV-1a, because loading node:crypto would cost the hot path 6 ms; the folder's owner is checked anyway. */
function fnv1a(text: string): string {
  let hash = 0x811c9dc5;
  for (const byte of Buffer.from(text)) hash = Math.imul(hash ^ byte, 0x01000193) >>> 0;
  return hash.toString(16).padStart(8, '0');
}
