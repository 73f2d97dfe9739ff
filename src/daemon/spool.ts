import {
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  unlinkSync,
  watch,
  type FSWatcher,
} from 'node:fs';
import { join } from 'node:path';
import type { z } from 'zod';
import { daemonRequest } from '../contract/daemon-request.ts';
import { MAX_FRAME_BYTES } from '../contract/daemon-wire.ts';
import { BUILD } from '../core/version.ts';
import type { DaemonPaths } from './client/paths.ts';

export type CheckedRequest = z.infer<typeof daemonRequest>;

/** The name of a spooled request, so that no id of a client leads out of the folder. */
const ID = /^\d+-[0-9a-z]+$/;
/** What lies there longer has no client any more. */
const STALE_AFTER_MS = 60_000;

/** The folder where clients leave requests before they have connected. Each is taken once, by whoever unlinks it. */
export class Spool implements Disposable {
  readonly #dir: string;
  readonly #watcher: FSWatcher | undefined;

  /** Begins to watch; `onRequest` gets each request of this build as soon as it lies there. */
  constructor(paths: DaemonPaths, onRequest: (id: string, request: CheckedRequest) => void) {
    this.#dir = paths.spool;
    mkdirSync(this.#dir, { recursive: true, mode: 0o700 });
    removeStale(paths);
    this.#watcher = openWatcher(this.#dir, (id) => {
      const request = this.take(id);
      if (request !== undefined) onRequest(id, request);
    });
  }

  /** Takes a request off the spool; undefined when it is not there, or of another build and left where it is. */
  take(id: string): CheckedRequest | undefined {
    if (!ID.test(id)) return undefined;
    const file = join(this.#dir, id);
    try {
      if (statSync(file).size > MAX_FRAME_BYTES) return undefined;
      const request = daemonRequest.parse(JSON.parse(readFileSync(file, 'utf8')));
      if (request.build !== BUILD) return undefined;
      unlinkSync(file);
      return request;
    } catch {
      return undefined;
    }
  }

  [Symbol.dispose](): void {
    this.#watcher?.close();
  }
}

/** Without a watcher (no inotify handles left, say) requests are taken when their client connects. */
function openWatcher(dir: string, onFile: (name: string) => void): FSWatcher | undefined {
  try {
    const watcher = watch(dir, { persistent: false }, (_event, name) => {
      if (name !== null) onFile(name);
    });
    return watcher.on('error', () => watcher.close());
  } catch {
    return undefined;
  }
}

function removeStale({ stateDir, spool }: DaemonPaths): void {
  const drafts = readdirSync(stateDir).filter((name) => name.startsWith('.request-'));
  const files = [
    ...drafts.map((name) => join(stateDir, name)),
    ...readdirSync(spool).map((name) => join(spool, name)),
  ];
  for (const file of files) {
    const facts = statSync(file, { throwIfNoEntry: false });
    if (facts !== undefined && Date.now() - facts.mtimeMs > STALE_AFTER_MS) rmSync(file, { force: true });
  }
}
