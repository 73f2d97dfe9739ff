export type EventType =
  'EVENT_TYPE_CREATE' | 'EVENT_TYPE_WRITE' | 'EVENT_TYPE_REMOVE' | 'EVENT_TYPE_RENAME' | 'EVENT_TYPE_CHMOD';

/** What tells one state of a directory entry from another. */
export interface EntryState {
  /** Device and inode. */
  readonly identity: string;
  readonly isDirectory: boolean;
  readonly size: bigint;
  readonly mtimeNs: bigint;
  readonly ctimeNs: bigint;
}

/** What the kernel said about one name since it was looked at last. */
export interface Notices {
  /** The name came or went. */
  readonly isRenamed: boolean;
  /** Content or attributes changed; the kernel does not tell us which. */
  readonly isChanged: boolean;
  /** The new content came in one piece by an upload, which in E2B's cloud writes into the file. */
  readonly isUpload: boolean;
  /** The notices may be about the watched directory, which has the same name. */
  readonly isAmbiguous: boolean;
}

export interface Comparison {
  readonly before: EntryState | undefined;
  readonly now: EntryState | undefined;
  readonly notices: Notices;
  /** What was elsewhere before and has another name now. */
  readonly moved: ReadonlySet<string>;
}

/** The events that lead from one state of an entry to another, in the order in which they must have happened. */
export function eventsBetween({ before, now, notices, moved }: Comparison): readonly EventType[] {
  if (!before && !now) return unseen(notices);
  if (!now) return [before && moved.has(before.identity) ? 'EVENT_TYPE_RENAME' : 'EVENT_TYPE_REMOVE'];
  if (!before) return created(now, notices);
  if (before.identity === now.identity) return changed(before, now, notices);
  if (notices.isUpload) return ['EVENT_TYPE_WRITE'];
  if (moved.has(now.identity)) return ['EVENT_TYPE_CREATE'];
  return ['EVENT_TYPE_REMOVE', ...created(now, notices)];
}

/** It came and went between two looks. Whether it was written or only touched nobody can tell any more. */
function unseen({ isRenamed, isChanged, isUpload, isAmbiguous }: Notices): readonly EventType[] {
  if (!isRenamed || isAmbiguous) return [];
  return isChanged || isUpload
    ? ['EVENT_TYPE_CREATE', 'EVENT_TYPE_WRITE', 'EVENT_TYPE_REMOVE']
    : ['EVENT_TYPE_CREATE', 'EVENT_TYPE_REMOVE'];
}

function created({ isDirectory, size }: EntryState, notices: Notices): readonly EventType[] {
  if (isDirectory || (!notices.isUpload && !notices.isChanged)) return ['EVENT_TYPE_CREATE'];
  if (size > 0n) return ['EVENT_TYPE_CREATE', 'EVENT_TYPE_WRITE'];
  // Nothing was written to what is empty; a program set its times or mode.
  return notices.isChanged ? ['EVENT_TYPE_CREATE', 'EVENT_TYPE_CHMOD'] : ['EVENT_TYPE_CREATE'];
}

function changed(before: EntryState, now: EntryState, notices: Notices): readonly EventType[] {
  if (!notices.isChanged) return [];
  const isTouched = before.ctimeNs !== now.ctimeNs;
  if (now.isDirectory) return isTouched ? ['EVENT_TYPE_CHMOD'] : [];
  if (before.size !== now.size || before.mtimeNs !== now.mtimeNs) return ['EVENT_TYPE_WRITE'];
  if (isTouched) return ['EVENT_TYPE_CHMOD'];
  // Two writes may fall into one tick of the file system's clock.
  return notices.isAmbiguous ? [] : ['EVENT_TYPE_WRITE'];
}
