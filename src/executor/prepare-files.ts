import type { UploadFile } from '../sandbox/sandbox.ts';
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

/** Bundles the script and reads the extra files: everything local that a run needs. */
export async function prepareFiles(
  { bundler, includes: cache }: FileSources,
  request: RunRequest,
  signal: AbortSignal,
): Promise<PreparedFiles> {
  const [bundle, includes] = await Promise.all([
    bundler.bundle({
      scriptFile: request.scriptFile,
      localDir: request.localDir,
      sandboxDir: SANDBOX_HOME,
      servers: request.servers,
      signal,
    }),
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
  const { localDir, allowedSecretFiles: allowed = [] } = request;
  refuseSecrets([...bundle.suspects, ...suspectsAmong(includes.files)], { localDir, allowed });
  const entry = `${SANDBOX_HOME}/.iris/${bundle.sha256.slice(0, 16)}/${bundle.fileName}`;
  return {
    entry,
    uploads: [
      { path: entry, content: bundle.code, isImmutable: true },
      ...includes.files.map((file) => ({
        path: file.sandboxFile,
        content: file.content,
        isImmutable: false,
      })),
    ],
    callsTools: bundle.callsTools,
    warnings: bundle.warnings,
    ignored: includes.ignored,
  };
}

/** Whoever names a file knows what is in it; a folder or a pattern may take more along than was thought of. */
function suspectsAmong(files: readonly IncludedFile[]): Suspect[] {
  return files.flatMap(({ localFile, secret, isNamed }) =>
    secret === undefined || isNamed ? [] : [{ file: localFile, look: secret }],
  );
}
