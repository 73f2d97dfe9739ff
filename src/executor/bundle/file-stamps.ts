import { createHash } from 'node:crypto';
import { readdirSync, statSync, type BigIntStats } from 'node:fs';

/** What a file or folder looked like: equal stamps mean equal content. Plain JSON, so that it can be kept on disk. */
export interface Stamps {
  /** Absolute path to the stamp of a file; that of a missing file is `MISSING`. */
  readonly files: Readonly<Record<string, string>>;
  /** Absolute path to the time of the last change of a folder and a digest of the names that matter. */
  readonly folders: Readonly<Record<string, readonly [changed: string, names: string]>>;
}

export interface StampedPaths {
  readonly files: Iterable<string>;
  readonly folders: Iterable<string>;
}

const MISSING = '-';
/** Clocks of file systems tick: a file may change again after a stamp was taken without looking different. */
const TICK_NS = 20_000_000n;
const COARSE_TICK_NS = 2_000_000_000n;
const SECOND_NS = 1_000_000_000n;

/** Takes the stamps of all paths. Synchronous, because a stat costs less than a trip to the thread pool. */
export function takeStamps({ files, folders }: StampedPaths): Stamps {
  return {
    files: Object.fromEntries([...files].map((file) => [file, stampOf(file)])),
    folders: Object.fromEntries(
      [...folders].map((folder) => [folder, [changeOf(folder), digestOfNames(folder)] as const]),
    ),
  };
}

/** Tells whether everything still looks as it did. */
export function areFresh(stamps: Stamps): boolean {
  for (const file in stamps.files) if (stampOf(file) !== stamps.files[file]) return false;
  for (const folder in stamps.folders) {
    const [changed, names] = stamps.folders[folder] ?? [];
    if (changeOf(folder) !== changed && digestOfNames(folder) !== names) return false;
  }
  return true;
}

/** Tells whether no file changed after `sinceMs` or so shortly before that its stamp cannot tell. */
export function areSettled(stamps: Stamps, sinceMs: number): boolean {
  const sinceNs = BigInt(Math.floor(sinceMs)) * 1_000_000n;
  return Object.values(stamps.files).every((stamp) => {
    if (stamp === MISSING) return true;
    const changedNs = BigInt(stamp.slice(0, stamp.indexOf(':')));
    const tickNs = changedNs % SECOND_NS === 0n ? COARSE_TICK_NS : TICK_NS;
    return changedNs + tickNs < sinceNs;
  });
}

function stampOf(file: string): string {
  const stats = statOf(file);
  return stats === undefined ? MISSING : `${stats.mtimeNs}:${stats.size}:${stats.ino}`;
}

function changeOf(folder: string): string {
  return String(statOf(folder)?.mtimeNs ?? MISSING);
}

function statOf(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    // What must not be looked at counts as missing, for esbuild could not read it either.
    return undefined;
  }
}

/** Names of scripts and of what may be folders: a new one of these can change what an import means. */
const RELEVANT_NAME = /\.[cm]?[jt]sx?$|^[^.]+$/;

function digestOfNames(folder: string): string {
  try {
    const names = readdirSync(folder).filter((name) => RELEVANT_NAME.test(name));
    return createHash('sha256').update(names.toSorted().join('\0')).digest('base64url').slice(0, 16);
  } catch {
    return MISSING;
  }
}
