import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import { formatByteSize } from '../../core/byte-size.ts';
import { IrisError } from '../../core/errors.ts';
import { toSlashes } from '../bundle/relative-path.ts';
import { expandInclude, type Expansion } from './expand-include.ts';
import { findFile, type FoundFile } from './find-file.ts';
import { IgnoreRules } from './ignore-rules.ts';
import type { CollectOptions, IgnoredFile, IncludedFile, Includes } from './include.ts';
import { IncludeCache } from './include-cache.ts';

const PARALLEL = 16;

/**
 * Finds and reads the extra files of a run.
 * Throws FILE_NOT_FOUND, FILE_UNREADABLE, or USAGE_INVALID for a file outside `localDir` and for too much of it all.
 */
export async function collectIncludes(options: CollectOptions): Promise<Includes> {
  const { globs, localDir, signal, cache = new IncludeCache() } = options;
  throwIfCancelled(signal);
  const rules = await IgnoreRules.open(localDir);
  const expanded = await Promise.all(
    globs.map((pattern) => expandInclude(pattern, localDir, { rules, signal })),
  );
  const names = [...new Set(expanded.flatMap(({ files }) => files))].toSorted();
  const named = new Set(expanded.flatMap(({ files, isNamed }) => (isNamed ? files : [])));
  if (names.length > options.maxFiles) throw tooMany(names.length, options);
  const root = await realpath(localDir);
  const found = await inParallel(names, signal, (name) => findFile(name, localDir, root));
  requireSize(found, options);
  const files = await inParallel(found, signal, async (file): Promise<IncludedFile> => ({
    localFile: file.localFile,
    sandboxFile: toSandboxFile(options, file.localFile),
    isNamed: named.has(file.name),
    ...(await cache.read(file)),
  }));
  return { files, ignored: onlyIgnored(expanded, new Set(names)) };
}

/** What one pattern keeps back, another may send. */
function onlyIgnored(expanded: readonly Expansion[], sent: ReadonlySet<string>): IgnoredFile[] {
  const byFile = new Map(expanded.flatMap(({ ignored }) => ignored.map((one) => [one.file, one])));
  return [...byFile.values()]
    .filter(({ file }) => !sent.has(file))
    .toSorted((a, b) => (a.file < b.file ? -1 : 1));
}

function toSandboxFile({ localDir, sandboxDir }: CollectOptions, localFile: string): string {
  return `${sandboxDir}/${toSlashes(relative(localDir, localFile))}`;
}

function tooMany(count: number, { globs, maxFiles }: CollectOptions): IrisError {
  return new IrisError('USAGE_INVALID', `${count} files to include, more than the limit of ${maxFiles}`, {
    hint: `Name fewer files than ${globs.map((pattern) => `'${pattern}'`).join(', ')}.`,
  });
}

function requireSize(files: readonly FoundFile[], { maxBytes }: CollectOptions): void {
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  if (bytes <= maxBytes) return;
  const largest = files.toSorted((a, b) => b.bytes - a.bytes).slice(0, 3);
  const sizes = largest.map(({ name, bytes: size }) => `${name} (${formatByteSize(size)})`).join(', ');
  throw new IrisError(
    'USAGE_INVALID',
    `The files to include have ${formatByteSize(bytes)}, more than the limit of ${formatByteSize(maxBytes)}`,
    { hint: `The largest: ${sizes}` },
  );
}

/** Keeps the order of the items; the first failure stops what has not begun. */
async function inParallel<T, R>(
  items: readonly T[],
  signal: AbortSignal | undefined,
  work: (item: T) => Promise<R>,
): Promise<R[]> {
  const results = new Map<number, R>();
  const queue = items.entries();
  let hasFailed = false;
  const worker = async (): Promise<void> => {
    for (const [index, item] of queue) {
      if (hasFailed) return;
      throwIfCancelled(signal);
      results.set(index, await work(item));
    }
  };
  const workers = Array.from({ length: PARALLEL }, () =>
    worker().catch((thrown: unknown) => {
      hasFailed = true;
      throw thrown;
    }),
  );
  await Promise.all(workers);
  return [...results].toSorted(([a], [b]) => a - b).map(([, result]) => result);
}

function throwIfCancelled(signal: AbortSignal | undefined): void {
  if (signal?.aborted !== true) return;
  throw new IrisError('CANCELLED', 'The run was cancelled', { cause: signal.reason });
}
