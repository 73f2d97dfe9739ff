import { nameOf } from './byte-path.ts';
import type { Notices } from './compare-entry.ts';
import type { RawNotice, WatchedDirectory } from './watched-directory.ts';

/** All notices about one name since it was looked at last. */
export interface PendingNotice extends Notices {
  readonly directory: WatchedDirectory;
  readonly name: Buffer;
}

/** Notices that wait for a look, one for each name: a flood of writes to one file is one entry here. */
export class PendingNotices {
  #pending = new Map<string, PendingNotice>();

  get size(): number {
    return this.#pending.size;
  }

  add({ directory, name, isRename, isUpload }: RawNotice): void {
    const key = directory.pathOf(name).toString('latin1');
    const before = this.#pending.get(key);
    this.#pending.set(key, {
      directory,
      name,
      isRenamed: isRename || (before?.isRenamed ?? false),
      isChanged: !isRename || (before?.isChanged ?? false),
      isUpload: isUpload || (before?.isUpload ?? false),
      isAmbiguous: name.toString() === nameOf(directory.path),
    });
  }

  /** All of them, in the order of their first notice. */
  take(): PendingNotice[] {
    const taken = [...this.#pending.values()];
    this.#pending = new Map();
    return taken;
  }
}
