import { chmod, chown, type FileHandle } from 'node:fs/promises';
import { IrisError } from '../../core/errors.ts';
import { pathOf } from './safe-walk.ts';
import type { VolumeOwner } from './volume-owner.ts';

export interface EntryAttributes {
  readonly uid?: number | undefined;
  readonly gid?: number | undefined;
  readonly mode?: number | undefined;
}

/** Sets owner and mode of a file or folder that has just been made. */
export async function applyAttributes(
  entry: FileHandle,
  attributes: EntryAttributes,
  owner: VolumeOwner,
): Promise<void> {
  const { uid = owner.standard, gid = owner.standard } = attributes;
  await changeAttributes(entry, { ...attributes, uid, gid }, owner);
}

/** Changes what is named of owner and mode. Throws USAGE_INVALID for a link or a special file. */
export async function changeAttributes(
  entry: FileHandle,
  { uid, gid, mode }: EntryAttributes,
  owner: VolumeOwner,
): Promise<void> {
  const stats = await entry.stat();
  if (!stats.isFile() && !stats.isDirectory())
    throw new IrisError('USAGE_INVALID', 'Only files and directories have an owner and a mode to change');
  // -1 leaves an id as it is.
  const hostUid = uid === undefined ? -1 : owner.toHost(uid);
  const hostGid = gid === undefined ? -1 : owner.toHost(gid);
  if (hostUid !== -1 || hostGid !== -1)
    await chown(pathOf(entry), hostUid === -1 ? stats.uid : hostUid, hostGid === -1 ? stats.gid : hostGid);
  // No set-uid: a volume is not a way to new powers.
  if (mode !== undefined) await chmod(pathOf(entry), mode & 0o1777);
}
