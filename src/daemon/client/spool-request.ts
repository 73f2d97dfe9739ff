import { renameSync, unlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DaemonMethod, DaemonRequest } from '../../contract/daemon-wire.ts';
import type { DaemonPaths } from './paths.ts';

/** A request that lies in the daemon's spool until the daemon takes it. */
export interface SpooledRequest {
  readonly id: string;
  /** Takes the request back; false when a daemon was faster and has begun to work on it. */
  takeBack(): boolean;
}

/**
 * Leaves a request where the daemon finds it while this process still loads what it needs to connect, which takes
 * as long as a short script runs. Returns undefined where there is no spool: no daemon has run here yet.
 */
export function spoolRequest<Method extends DaemonMethod>(
  paths: DaemonPaths,
  request: DaemonRequest<Method>,
): SpooledRequest | undefined {
  const id = `${process.pid}-${process.hrtime.bigint().toString(36)}`;
  const draft = join(paths.stateDir, `.request-${id}`);
  const file = join(paths.spool, id);
  try {
    writeFileSync(draft, JSON.stringify(request), { mode: 0o600, flag: 'wx' });
  } catch {
    return undefined;
  }
  // Moved there whole: a daemon never sees half a request.
  return attempt(() => renameSync(draft, file))
    ? { id, takeBack: () => attempt(() => unlinkSync(file)) }
    : void attempt(() => unlinkSync(draft));
}

function attempt(action: () => void): boolean {
  try {
    action();
    return true;
  } catch {
    return false;
  }
}
