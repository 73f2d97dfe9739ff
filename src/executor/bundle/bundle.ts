import type { Suspect } from './find-suspects.ts';
import type { ImportTree } from './import-tree.ts';

export interface BundleRequest {
  /** Absolute local path of the script. */
  readonly scriptFile: string;
  /** Absolute local path of the directory that stands for `sandboxDir`. */
  readonly localDir: string;
  /** Absolute path in the sandbox, such as `/home/user`. */
  readonly sandboxDir: string;
  /** The MCP servers that `iris-prime/servers` exports. */
  readonly servers?: readonly string[] | undefined;
  /** Packages that the sandbox has itself, by name: they stay imports. */
  readonly externals?: readonly string[] | undefined;
  readonly signal?: AbortSignal | undefined;
}

/** One self-contained ESM file with its source map. The buffer is shared between callers: nobody writes to it. */
export interface Bundle {
  /** Such as `hello.mjs`. */
  readonly fileName: string;
  readonly code: Buffer;
  readonly sha256: string;
  /** Every local file that went in, as absolute paths. */
  readonly inputs: readonly string[];
  /** Whether the client of iris is in it. */
  readonly callsTools: boolean;
  /** Local files in it that are likely to give a secret away. */
  readonly suspects: readonly Suspect[];
  readonly warnings: readonly string[];
}

export interface Bundler extends AsyncDisposable {
  /** Bundles a script. Throws SCRIPT_INVALID, USAGE_INVALID, FILE_NOT_FOUND, FILE_UNREADABLE or CANCELLED. */
  bundle(request: BundleRequest): Promise<Bundle>;
  /** Tells what would be in the bundle, and by which imports. Throws as `bundle` does. */
  explain(request: BundleRequest): Promise<ImportTree>;
  /** Loads esbuild and starts its service while nobody waits. */
  warmUp(): Promise<void>;
}
