import type { BigIntStats } from 'node:fs';
import { lstat, realpath, stat } from 'node:fs/promises';
import { nameOf, type BytePath } from './byte-path.ts';
import { errnoFailure } from './errno-failure.ts';
import type { FileMetadata } from './file-metadata.ts';
import { readOwnerNames, type OwnerNames } from './owner-names.ts';
import { permissionsText } from './permissions-text.ts';
import type { Metadata } from './xattr-tool.ts';

export type FileType =
  'FILE_TYPE_UNSPECIFIED' | 'FILE_TYPE_FILE' | 'FILE_TYPE_DIRECTORY' | 'FILE_TYPE_SYMLINK';

/** filesystem.EntryInfo in protobuf's JSON. */
export interface EntryInfo {
  readonly name: string;
  readonly type: FileType;
  readonly path: string;
  /** An int64, which protobuf's JSON writes as a text. */
  readonly size: string;
  readonly mode: number;
  readonly permissions: string;
  readonly owner: string;
  readonly group: string;
  readonly modifiedTime: string | undefined;
  readonly symlinkTarget: string | undefined;
  readonly metadata: Metadata;
}

const ACCESS_BITS = 0o777;
const STATS_AT_ONCE = 64;

/** Describes one path; a symlink has the type and mode of its target. Throws ConnectFailure. */
export async function readEntry(file: string, metadata: FileMetadata): Promise<EntryInfo> {
  const bytes = Buffer.from(file);
  const stats = await lstat(bytes, { bigint: true }).catch((cause: unknown) => {
    throw errnoFailure(cause, `cannot stat '${file}'`);
  });
  const [noted = {}] = await metadata.read(noteworthy(bytes, stats));
  return toEntryInfo(bytes, stats, { names: readOwnerNames(), noted });
}

/** Describes many paths; what is gone meanwhile is undefined. */
export async function readEntries(
  files: readonly BytePath[],
  metadata: FileMetadata,
): Promise<readonly (EntryInfo | undefined)[]> {
  const stats = await inChunks(files, (file) => lstat(file, { bigint: true }).catch(() => undefined));
  const noted = files.map((file, index) => noteworthy(file, stats[index]));
  const found = await metadata.read(noted.flat());
  const names = readOwnerNames();
  let next = 0;
  const known = noted.map((paths) => (paths.length === 0 ? undefined : found[next++]));
  return inChunks(files, async (file, index) => {
    const own = stats[index];
    return own && toEntryInfo(file, own, { names, noted: known[index] ?? {} });
  });
}

/** Maps with a bounded number of calls under way, so that they do not fill the thread pool's queue. */
export async function inChunks<Item, Result>(
  items: readonly Item[],
  map: (item: Item, index: number) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  for (let start = 0; start < items.length; start += STATS_AT_ONCE) {
    const chunk = items.slice(start, start + STATS_AT_ONCE);
    results.push(...(await Promise.all(chunk.map((item, index) => map(item, start + index)))));
  }
  return results;
}

/** Linux lets only regular files and directories have attributes of users. */
function noteworthy(file: BytePath, stats: BigIntStats | undefined): readonly BytePath[] {
  return stats && (stats.isFile() || stats.isDirectory()) ? [file] : [];
}

async function toEntryInfo(
  file: BytePath,
  stats: BigIntStats,
  { names, noted }: { names: OwnerNames; noted: Metadata },
): Promise<EntryInfo> {
  const target = stats.isSymbolicLink() ? await targetOf(file) : undefined;
  const judged = stats.isSymbolicLink() ? target?.stats : stats;
  return {
    name: nameOf(file),
    type: typeOf(judged),
    path: file.toString(),
    size: String(stats.size),
    mode: judged ? Number(judged.mode) & ACCESS_BITS : 0,
    permissions: permissionsText(Number(stats.mode)),
    owner: names.user(stats.uid),
    group: names.group(stats.gid),
    modifiedTime: toTimestamp(stats.mtimeNs),
    symlinkTarget: target?.path,
    metadata: noted,
  };
}

/** A symlink that leads nowhere has itself as its target, and no type. */
async function targetOf(file: BytePath): Promise<{ path: string; stats: BigIntStats | undefined }> {
  const [resolved, stats] = await Promise.all([
    realpath(file, 'utf8').catch(() => file.toString()),
    stat(file, { bigint: true }).catch(() => undefined),
  ]);
  return { path: resolved, stats };
}

function typeOf(stats: BigIntStats | undefined): FileType {
  if (stats?.isFile()) return 'FILE_TYPE_FILE';
  if (stats?.isDirectory()) return 'FILE_TYPE_DIRECTORY';
  return 'FILE_TYPE_UNSPECIFIED';
}

const NS_PER_S = 1_000_000_000n;
/** What protobuf's timestamps can hold: the years 1 to 9999. */
const MIN_SECONDS = -62_135_596_800;
const MAX_SECONDS = 253_402_300_799;

/** RFC 3339 with nanoseconds. */
function toTimestamp(atNs: bigint): string | undefined {
  const nanos = ((atNs % NS_PER_S) + NS_PER_S) % NS_PER_S;
  const seconds = Number((atNs - nanos) / NS_PER_S);
  if (seconds < MIN_SECONDS || seconds > MAX_SECONDS) return undefined;
  const upToSeconds = new Date(seconds * 1000).toISOString().slice(0, 19);
  return `${upToSeconds}.${String(nanos).padStart(9, '0')}Z`;
}
