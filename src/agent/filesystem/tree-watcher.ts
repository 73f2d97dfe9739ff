import { stat } from 'node:fs/promises';
import { ConnectFailure } from '../../core/connect-failure.ts';
import type { BytePath } from './byte-path.ts';
import { eventsBetween, type EntryState, type EventType } from './compare-entry.ts';
import { inChunks } from './entry-info.ts';
import { errnoFailure } from './errno-failure.ts';
import { PendingNotices, type PendingNotice } from './pending-notices.ts';
import { stateOf, WatchedDirectory, type RawNotice } from './watched-directory.ts';

export interface TreeEvent {
  /** Relative to the watched directory. */
  readonly name: string;
  readonly type: EventType;
  readonly path: BytePath;
}

const MAX_DIRECTORIES = 4096;
const MAX_ENTRIES = 100_000;
const MAX_PENDING = 20_000;
/** Both ends of a rename, and the write that follows a creation, belong into one look. */
const SETTLE_MS = 10;

/** Watches a directory, or a whole tree. What happens is found by looking again at what the kernel names. */
export class TreeWatcher {
  readonly #root: BytePath;
  readonly #isRecursive: boolean;
  readonly #directories = new Map<string, WatchedDirectory>();
  readonly #pending = new PendingNotices();
  #failure: ConnectFailure | undefined;
  #isClosed = false;
  #wake: () => void = () => undefined;

  private constructor(root: BytePath, isRecursive: boolean) {
    this.#root = root;
    this.#isRecursive = isRecursive;
  }

  /** Throws ConnectFailure when it is no directory, or one too large to watch. */
  static async open(root: string, { isRecursive }: { isRecursive: boolean }): Promise<TreeWatcher> {
    await expectDirectory(root);
    const watcher = new TreeWatcher(Buffer.from(root), isRecursive);
    try {
      await watcher.#adopt(watcher.#root);
      return watcher;
    } catch (cause) {
      watcher.close();
      throw cause;
    }
  }

  /** Events in batches, until the watcher is closed. While nobody asks, notices about one name become one. */
  async *batches(): AsyncGenerator<readonly TreeEvent[]> {
    while (!this.#isClosed) {
      await this.#somethingPending();
      await pause(SETTLE_MS);
      if (this.#failure) throw this.#failure;
      const events = await this.#look(this.#pending.take());
      if (events.length > 0) yield events;
    }
  }

  close(): void {
    this.#isClosed = true;
    for (const directory of this.#directories.values()) directory.close();
    this.#directories.clear();
    this.#pending.take();
    this.#wake();
  }

  #somethingPending(): Promise<void> {
    if (this.#pending.size > 0 || this.#failure || this.#isClosed) return Promise.resolve();
    return new Promise((resolve) => {
      this.#wake = resolve;
    });
  }

  #notice(notice: RawNotice): void {
    if (this.#isClosed || this.#failure) return;
    this.#pending.add(notice);
    if (this.#pending.size > MAX_PENDING) this.#fail('more happens than the reader takes');
    this.#wake();
  }

  #fail(reason: string): void {
    this.#pending.take();
    this.#failure = new ConnectFailure(
      'resource_exhausted',
      `watching '${this.#root.toString()}': ${reason}`,
    );
  }

  async #look(notices: readonly PendingNotice[]): Promise<TreeEvent[]> {
    const states = await inChunks(notices, ({ directory, name }) => stateOf(directory.pathOf(name)));
    const moved = movedIn(notices, states);
    const events: TreeEvent[] = [];
    for (const [index, notice] of notices.entries()) {
      if (this.#isClosed) return [];
      const { directory, name } = notice;
      if (this.#directories.get(keyOf(directory.path)) !== directory) continue;
      const before = directory.get(name);
      const now = states[index];
      for (const type of eventsBetween({ before, now, notices: notice, moved })) {
        events.push(this.#event(directory.pathOf(name), type));
      }
      directory.set(name, now);
      events.push(...(await this.#follow(directory.pathOf(name), { before, now, moved })));
    }
    return events;
  }

  /** Keeps the watched directories in step with an entry that came or went. Returns what a new one holds already. */
  async #follow(
    path: BytePath,
    {
      before,
      now,
      moved,
    }: { before: EntryState | undefined; now: EntryState | undefined; moved: Set<string> },
  ): Promise<TreeEvent[]> {
    if (!this.#isRecursive || before?.identity === now?.identity) return [];
    if (before?.isDirectory) this.#forget(path);
    if (!now?.isDirectory) return [];
    try {
      const found = await this.#adopt(path);
      return moved.has(now.identity) ? [] : found.map((each) => this.#event(each, 'EVENT_TYPE_CREATE'));
    } catch (cause) {
      const failure = errnoFailure(cause, 'cannot watch');
      // A directory that is gone again is nothing to complain about.
      if (failure.code === 'resource_exhausted') this.#failure = failure;
      return [];
    }
  }

  /** Watches a directory, with those below it if asked to, and returns all entries. */
  async #adopt(top: BytePath): Promise<BytePath[]> {
    const found: BytePath[] = [];
    const ahead = [top];
    for (let path = ahead.pop(); path && !this.#isClosed; path = ahead.pop()) {
      const directory = await this.#open(path).catch((cause: unknown) => {
        const isRoot = path === this.#root;
        if (isRoot || (cause instanceof ConnectFailure && cause.code === 'resource_exhausted')) throw cause;
        return undefined;
      });
      for (const [name, { isDirectory }] of directory?.entries ?? []) {
        const child = directory?.pathOf(Buffer.from(name, 'latin1'));
        if (!child) continue;
        found.push(child);
        if (isDirectory && this.#isRecursive) ahead.push(child);
      }
      if (found.length > MAX_ENTRIES) throw tooLarge(`more than ${MAX_ENTRIES} entries`);
    }
    return found;
  }

  async #open(path: BytePath): Promise<WatchedDirectory> {
    if (this.#directories.size >= MAX_DIRECTORIES) throw tooLarge(`more than ${MAX_DIRECTORIES} directories`);
    // The watch comes first, so that nothing happens between it and the first look.
    const directory = new WatchedDirectory(path, (notice) => this.#notice(notice));
    this.#directories.get(keyOf(path))?.close();
    this.#directories.set(keyOf(path), directory);
    await directory.scan();
    return directory;
  }

  #forget(top: BytePath): void {
    const key = keyOf(top);
    for (const [each, directory] of this.#directories) {
      if (each !== key && !each.startsWith(`${key}/`)) continue;
      directory.close();
      this.#directories.delete(each);
    }
  }

  #event(path: BytePath, type: EventType): TreeEvent {
    const rootBytes = this.#root.toString() === '/' ? 1 : this.#root.length + 1;
    return { name: path.subarray(rootBytes).toString(), type, path };
  }
}

async function expectDirectory(root: string): Promise<void> {
  const stats = await stat(root).catch((cause: unknown) => {
    throw errnoFailure(cause, `cannot watch '${root}'`);
  });
  if (!stats.isDirectory()) throw new ConnectFailure('invalid_argument', `path ${root} not a directory`);
}

/** What one of the notices saw leave and another one arrive. */
function movedIn(
  notices: readonly PendingNotice[],
  states: readonly (EntryState | undefined)[],
): Set<string> {
  const left = new Set<string>();
  for (const [index, { directory, name }] of notices.entries()) {
    const before = directory.get(name);
    if (before && before.identity !== states[index]?.identity) left.add(before.identity);
  }
  const moved = new Set<string>();
  for (const state of states) if (state && left.has(state.identity)) moved.add(state.identity);
  return moved;
}

function tooLarge(what: string): ConnectFailure {
  return new ConnectFailure('resource_exhausted', `cannot watch a tree with ${what}`);
}

function keyOf(path: BytePath): string {
  return path.toString('latin1');
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => {
    setTimeout(resolve, ms);
  });
}
