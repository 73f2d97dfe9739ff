import type { UploadFile } from '../sandbox/sandbox.ts';
import type { BundleRequest } from './bundle/bundle.ts';
import type { Bundler } from './bundle/bundler.ts';
import type { IncludeCache } from './includes/include-cache.ts';
import type { Suspect } from './bundle/find-suspects.ts';
import { collectIncludes } from './includes/collect-includes.ts';
import type { IgnoredFile, IncludedFile } from './includes/include.ts';
import { refuseSecrets } from './refuse-secrets.ts';
import type { RunRequest } from './run-request.ts';

/** Home directory of the sandbox's user, in E2B's templates and in the embedded host. */
const SANDBOX_HOME = '/home/user';

/** The most that one run sends along with the script. */
const MAX_INCLUDE_BYTES = 256 * 1024 * 1024;
const MAX_INCLUDE_FILES = 10_000;

export interface FileSources {
  readonly bundler: Bundler;
  /** What was read of extra files for earlier runs. */
  readonly includes: IncludeCache;
}

export interface PreparedFile extends UploadFile {
  /** Whether the path names the content, so that it need not be sent twice. */
  readonly isImmutable: boolean;
}

export interface PreparedFiles {
  /** The bundle's path in the sandbox. */
  readonly entry: string;
  readonly uploads: readonly PreparedFile[];
  /** Whether the script imports the client of iris. */
  readonly callsTools: boolean;
  readonly warnings: readonly string[];
  /** Extra files that a file of rules keeps back. */
  readonly ignored: readonly IgnoredFile[];
}

/** The files of a run, before anybody looks whether they may be sent. */
export interface GatheredFiles extends PreparedFiles {
  readonly suspects: readonly Suspect[];
  /** The local files of all uploads but the first, which is the bundle. */
  readonly includedFiles: readonly string[];
}

/** Bundles the script and reads the extra files: everything local that a run needs. */
export async function prepareFiles(
  sources: FileSources,
  request: RunRequest,
  signal: AbortSignal,
): Promise<PreparedFiles> {
  const gathered = await gatherFiles(sources, request, signal);
  refuseSecrets(gathered.suspects, request);
  return gathered;
}

/** The same, with whatever looks like a secret. */
export async function gatherFiles(
  { bundler, includes: cache }: FileSources,
  request: RunRequest,
  signal: AbortSignal,
): Promise<GatheredFiles> {
  const [bundle, { files, ignored }] = await Promise.all([
    bundler.bundle(toBundleRequest(request, signal)),
    request.includes.length === 0
      ? { files: [], ignored: [] }
      : collectIncludes({
          globs: request.includes,
          localDir: request.localDir,
          sandboxDir: SANDBOX_HOME,
          maxBytes: MAX_INCLUDE_BYTES,
          maxFiles: MAX_INCLUDE_FILES,
          signal,
          cache,
        }),
  ]);
  const entry = `${SANDBOX_HOME}/.iris/${bundle.sha256.slice(0, 16)}/${bundle.fileName}`;
  return {
    entry,
    uploads: [
      { path: entry, content: bundle.code, isImmutable: true },
      ...files.map((file) => ({ path: file.sandboxFile, content: file.content, isImmutable: false })),
    ],
    callsTools: bundle.callsTools,
    warnings: bundle.warnings,
    ignored,
    suspects: [...bundle.suspects, ...suspectsAmong(files)],
    includedFiles: files.map(({ localFile }) => localFile),
  };
}

/** What the bundler is asked for. */
export function toBundleRequest(request: RunRequest, signal: AbortSignal): BundleRequest {
  const { scriptFile, localDir, servers } = request;
  return { scriptFile, localDir, sandboxDir: SANDBOX_HOME, servers, signal };
}

function suspectsAmong(files: readonly IncludedFile[]): Suspect[] {
  return files.flatMap(({ localFile, secret, isNamed }) =>
    secret === undefined ? [] : [{ file: localFile, look: secret, isNamed }],
  );
}
