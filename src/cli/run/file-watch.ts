/** Files that are looked at for changes. */
export interface FileWatch extends AsyncDisposable {
  readonly count: number;
  /** Watches these, too. */
  watch(files: readonly string[]): void;
  /** The path of the next file that changes, a moment after the last of the changes that come together. */
  changed(): Promise<string>;
}

/** Editors write a file in several steps, and save several at once. */
const SETTLE_MS = 80;

/** Opens a watch on files by their absolute paths; one that is replaced, or is not there yet, is watched as well. */
export async function openFileWatch(files: readonly string[]): Promise<FileWatch> {
  const { watch } = await import('chokidar');
  const known = new Set(files);
  const watcher = watch([...files], { ignoreInitial: true, atomic: true });
  let waiting: ((file: string) => void) | undefined;
  let missed: string | undefined;
  let timer: NodeJS.Timeout | undefined;
  watcher.on('all', (_event, file) => {
    clearTimeout(timer);
    timer = setTimeout(() => {
      if (waiting === undefined) missed = file;
      else waiting(file);
      waiting = undefined;
    }, SETTLE_MS);
  });
  // What cannot be watched does not change, and the others do.
  watcher.on('error', () => undefined);
  return {
    get count() {
      return known.size;
    },
    watch: (more) => {
      const added = more.filter((file) => !known.has(file));
      for (const file of added) known.add(file);
      if (added.length > 0) watcher.add([...added]);
    },
    changed: () => {
      const earlier = missed;
      missed = undefined;
      if (earlier !== undefined) return Promise.resolve(earlier);
      return new Promise((resolve) => {
        waiting = resolve;
      });
    },
    [Symbol.asyncDispose]: async () => {
      clearTimeout(timer);
      await watcher.close();
    },
  };
}
