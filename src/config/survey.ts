import { statSync, type BigIntStats } from 'node:fs';
import { dirname, join } from 'node:path';
import { PROJECT_PLACES, USER_PLACES } from './places.ts';

/** Where configuration may lie for one working directory, and what the file system says of it now. */
export interface Survey {
  /** Directories to search, nearest first. */
  readonly dirs: readonly string[];
  /** The nearest directory with a package.json or a .git. */
  readonly rootDir: string | undefined;
  /** Equal as long as no file was made, changed or removed. */
  readonly fingerprint: string;
  /** When the newest of the files changed. */
  readonly newestChangeMs: number;
}

interface Tally {
  readonly stamps: string[];
  newestChangeMs: number;
}

/**
 * Looks upwards from `cwd`, with nothing but stat. It stops after a directory that holds .git, and before the
 * home directory and the root of the file system. A directory with a configuration file of another user is
 * passed over, so that nobody can plant one in /tmp.
 */
export function survey(places: { cwd: string; homeDir: string; userDir: string }): Survey {
  const tally: Tally = { stamps: [], newestChangeMs: 0 };
  const dirs: string[] = [];
  const owners = trustedOwners(places.cwd);
  let rootDir: string | undefined;
  for (const dir of upwards(places.cwd, places.homeDir)) {
    const found = PROJECT_PLACES.map((name) => stamped(join(dir, name), tally));
    const hasGit = statOf(join(dir, '.git')) !== undefined;
    tally.stamps.push(hasGit ? 'git' : '');
    if (found.every((stat) => stat === undefined || owners.has(stat.uid))) dirs.push(dir);
    if (hasGit || found[PROJECT_PLACES.indexOf('package.json')] !== undefined) rootDir ??= dir;
    if (hasGit) break;
  }
  for (const name of USER_PLACES) stamped(join(places.userDir, name), tally);
  return { dirs, rootDir, fingerprint: tally.stamps.join('\n'), newestChangeMs: tally.newestChangeMs };
}

function* upwards(cwd: string, homeDir: string): Generator<string> {
  yield cwd;
  let dir = dirname(cwd);
  while (dir !== homeDir && dir !== dirname(dir) && dir !== cwd) {
    yield dir;
    dir = dirname(dir);
  }
}

/** Root, the user, and the owner of the directory, who decides what runs in it anyway. */
function trustedOwners(cwd: string): ReadonlySet<bigint> {
  const owner = statOf(cwd)?.uid ?? 0n;
  return new Set([0n, owner, BigInt(process.getuid?.() ?? 0)]);
}

/** The change time is part of the stamp because, unlike the modification time, nobody can set it back. */
function stamped(file: string, tally: Tally): BigIntStats | undefined {
  const stat = statOf(file);
  tally.stamps.push(
    stat === undefined ? '' : `${file} ${stat.ino} ${stat.size} ${stat.mode} ${stat.uid} ${stat.ctimeNs}`,
  );
  if (stat !== undefined) tally.newestChangeMs = Math.max(tally.newestChangeMs, Number(stat.ctimeMs));
  return stat;
}

function statOf(file: string): BigIntStats | undefined {
  try {
    return statSync(file, { bigint: true, throwIfNoEntry: false });
  } catch {
    return undefined;
  }
}
