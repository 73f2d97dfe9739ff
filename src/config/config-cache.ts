import type { LoadedFiles } from './load-files.ts';
import type { Survey } from './survey.ts';

interface Entry {
  readonly fingerprint: string;
  readonly files: LoadedFiles;
}

const MAX_ENTRIES = 64;

/** Time stamps of file systems are coarse: a change this soon after another may leave the stamp as it was. */
const SETTLE_MS = 2000;

/** Remembers what files said, for as long as a survey finds them untouched. A daemon keeps one. */
export class ConfigCache {
  readonly #entries = new Map<string, Entry>();
  readonly #now: () => number;

  constructor(now: () => number = Date.now) {
    this.#now = now;
  }

  get(key: string, surveyed: Survey): LoadedFiles | undefined {
    const entry = this.#entries.get(key);
    return entry?.fingerprint === surveyed.fingerprint ? entry.files : undefined;
  }

  /** Takes what was read after `surveyed` was made; forgets the oldest entry when there are too many. */
  set(key: string, surveyed: Survey, files: LoadedFiles): void {
    this.#entries.delete(key);
    if (this.#now() - surveyed.newestChangeMs < SETTLE_MS) return;
    this.#entries.set(key, { fingerprint: surveyed.fingerprint, files });
    const [oldest] = this.#entries.keys();
    if (this.#entries.size > MAX_ENTRIES && oldest !== undefined) this.#entries.delete(oldest);
  }
}
