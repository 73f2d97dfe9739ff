import type { RuleFile } from './ignore-rules.ts';
import type { IncludeCache } from './include-cache.ts';

export interface CollectOptions {
  /** Paths and patterns relative to `localDir`, as the user wrote them. */
  readonly globs: readonly string[];
  /** Absolute local path of the directory that stands for `sandboxDir`. */
  readonly localDir: string;
  /** Absolute path in the sandbox, such as `/home/user`. */
  readonly sandboxDir: string;
  /** The most that all files together may have. */
  readonly maxBytes: number;
  readonly maxFiles: number;
  readonly signal?: AbortSignal | undefined;
  /** Spares unchanged files a second reading; without it every file is read. */
  readonly cache?: IncludeCache | undefined;
}

/** A local file on its way to the sandbox. The buffer may be shared: nobody writes to it. */
export interface IncludedFile {
  readonly localFile: string;
  readonly sandboxFile: string;
  readonly bytes: number;
  readonly content: Buffer;
  readonly sha256: string;
  /** What it is likely to give away. */
  readonly secret: string | undefined;
  /** Whether a path named this very file. */
  readonly isNamed: boolean;
}

/** A file that stays here. */
export interface IgnoredFile {
  /** Relative to the local directory. */
  readonly file: string;
  readonly by: RuleFile;
}

/** The extra files of a run. */
export interface Includes {
  /** In the order of their paths in the sandbox. */
  readonly files: readonly IncludedFile[];
  readonly ignored: readonly IgnoredFile[];
}
