import { SANDBOX_UID } from '../isolation/launch/sandbox-layout.ts';
import { VOLUME_UID_BASE } from '../isolation/launch/sandbox-uids.ts';
import { IrisError } from '../../core/errors.ts';

const MAX_ID = 65_535;

/** How the owners that clients speak of become owners on this machine, and back. */
export interface VolumeOwner {
  /** The owner of what nobody asks otherwise for. */
  readonly standard: number;
  /** Throws USAGE_INVALID for an id that cannot be had here. */
  toHost(id: number): number;
  toClient(hostId: number): number;
}

/**
 * Root keeps files under ids that no account has, so that a volume can never hold a file of a real user. Everybody
 * else owns all files as the one user that sandboxes know.
 */
export function volumeOwner(isRoot: boolean): VolumeOwner {
  if (!isRoot) return { standard: SANDBOX_UID, toHost: onlyStandard, toClient: () => SANDBOX_UID };
  return {
    standard: SANDBOX_UID,
    toHost(id) {
      if (id > MAX_ID) throw new IrisError('USAGE_INVALID', `An owner is at most ${MAX_ID}, not ${id}`);
      return VOLUME_UID_BASE + id;
    },
    toClient: (hostId) => (hostId >= VOLUME_UID_BASE ? Math.min(hostId - VOLUME_UID_BASE, MAX_ID) : MAX_ID),
  };
}

function onlyStandard(id: number): number {
  if (id === SANDBOX_UID) return -1;
  throw new IrisError(
    'USAGE_INVALID',
    `Only a host of root can give files to ${id}; here it is ${SANDBOX_UID}`,
  );
}
