import { realpath } from 'node:fs/promises';
import { relative } from 'node:path';
import { formatByteSize } from '../../core/byte-size.ts';
import { IrisError } from '../../core/errors.ts';
import { toSlashes } from '../bundle/relative-path.ts';
import { expandInclude } from './expand-include.ts';
import { findFile, type FoundFile } from './find-file.ts';
import type { CollectOptions, IncludedFile } from './include.ts';
import { IncludeCache } from './include-cache.ts';

export type { CollectOptions, IncludedFile } from './include.ts';

const PARALLEL = 16;

/**
 * Finds and reads the extra files of a run, in the order of their paths in the sandbox.
 * Throws FILE_NOT_FOUND, FILE_UNREADABLE, or USAGE_INVALID for a file outside `localDir` and for too much of it all.
 */
export async function collectIncludes(options: CollectOptions): Promise<IncludedFile[]> {
  const { globs, localDir, signal, cache = new IncludeCache() } = options;
  throwIfCancelled(signal);
  const expanded = await Promise.all(globs.map((pattern) => expandInclude(pattern, localDir, signal)));
  const names = [...new Set(expanded.flat())].toSorted();
  if (names.length > options.maxFiles) throw tooMany(names.length, options);
  const root = await realpath(localDir);
  const found = await inParallel(names, signal, (name) => findFile(name, localDir, root));
  requireSize(found, options);
  return await inParallel(found, signal, async (file) => ({
    localFile: file.localFile,
    sandboxFile: toSandboxFile(options, file.localFile),
    ...(await cache.read(file)),
  }));
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
