import type { PlannedSource } from '../contract/run-plan.ts';
import type { UploadFile } from '../sandbox/sandbox.ts';
import type { BundleRequest } from './bundle/bundle.ts';
import type { Bundler } from './bundle/bundler.ts';
import { planInstalls, type InstallPlan } from './install/install-plan.ts';
import type { IncludeCache } from './includes/include-cache.ts';
import type { Suspect } from './bundle/find-suspects.ts';
import { collectIncludes } from './includes/collect-includes.ts';
import type { IgnoredFile, IncludedFile } from './includes/include.ts';
import { refuseSecrets } from './refuse-secrets.ts';
import { gatherSource } from './source/gather-source.ts';
import { importsPythonClient, readPythonClient } from './source/python-client.ts';
import { interpreterOf, type Interpreter } from './interpreter.ts';
import type { RunRequest } from './run-request.ts';

/** Home directory of the sandbox's user, in E2B's templates and in the embedded host. */
const SANDBOX_HOME = '/home/user';

/** The most that one run sends along with the script. */
const MAX_INCLUDE_BYTES = 256 * 1024 * 1024;
const MAX_INCLUDE_FILES = 10_000;

export interface FileSources {
  readonly bundler: Bundler;
  /** The folder with the client for Python; without it scripts of Python call no tools. */
  readonly pythonClientDir?: string | undefined;
  /** What was read of extra files for earlier runs. */
  readonly includes: IncludeCache;
}

export interface PreparedFile extends UploadFile {
  /** Whether the path names the content, so that it need not be sent twice. */
  readonly isImmutable: boolean;
}

export interface PreparedFiles {
  /** The path of the script in the sandbox: of its bundle, or of the script as it is. */
  readonly entry: string;
  /** What runs a script that is sent as it is; undefined for Node, which runs a bundle. */
  readonly interpreter: Interpreter | undefined;
  readonly uploads: readonly PreparedFile[];
  /** Whether the script imports the client of iris. */
  readonly callsTools: boolean;
  /** The folder in the sandbox where Python finds the client of iris. */
  readonly pythonSearchDir?: string | undefined;
  /** What is installed before. */
  readonly installs: readonly InstallPlan[];
  readonly warnings: readonly string[];
  /** Extra files that a file of rules keeps back. */
  readonly ignored: readonly IgnoredFile[];
}

/** The files of a run, before anybody looks whether they may be sent. */
export interface GatheredFiles extends PreparedFiles {
  readonly suspects: readonly Suspect[];
  /** The files of a script that is sent as it is, and how it comes to them. */
  readonly sources: readonly PlannedSource[] | undefined;
  /** The local files of the last uploads, which are sent besides the script. */
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
  sources: FileSources,
  request: RunRequest,
  signal: AbortSignal,
): Promise<GatheredFiles> {
  const installs = planInstalls(request.packages ?? [], {
    registries: request.registries ?? {},
    homeDir: SANDBOX_HOME,
  });
  const [script, { files, ignored }] = await Promise.all([
    gatherScript(sources, toBundleRequest(request, signal), installs),
    request.includes.length === 0
      ? { files: [], ignored: [] }
      : collectIncludes({
          globs: request.includes,
          localDir: request.localDir,
          sandboxDir: SANDBOX_HOME,
          maxBytes: MAX_INCLUDE_BYTES,
          maxFiles: MAX_INCLUDE_FILES,
          signal,
          cache: sources.includes,
        }),
  ]);
  return {
    ...script,
    uploads: [
      ...script.uploads,
      ...files.map((file) => ({ path: file.sandboxFile, content: file.content, isImmutable: false })),
    ],
    ignored,
    installs,
    suspects: [...script.suspects, ...suspectsAmong(files)],
    includedFiles: files.map(({ localFile }) => localFile),
  };
}

type GatheredScript = Omit<GatheredFiles, 'ignored' | 'includedFiles' | 'installs'>;

async function gatherScript(
  { bundler, pythonClientDir }: FileSources,
  request: BundleRequest,
  installs: readonly InstallPlan[],
): Promise<GatheredScript> {
  const interpreter = await interpreterOf(request.scriptFile);
  const packagesDir = installs.find(({ source }) => source === 'npm')?.dir;
  return interpreter === undefined
    ? await gatherBundle(bundler, request, packagesDir)
    : await gatherAsItIs(request, interpreter, pythonClientDir);
}

/** Node looks for packages in the folders above a script, so it lies below those that it has. */
async function gatherBundle(
  bundler: Bundler,
  request: BundleRequest,
  packagesDir = `${SANDBOX_HOME}/.iris`,
): Promise<GatheredScript> {
  const { callsTools, code, fileName, sha256, suspects, warnings } = await bundler.bundle(request);
  const entry = `${packagesDir}/${sha256.slice(0, 16)}/${fileName}`;
  const uploads = [{ path: entry, content: code, isImmutable: true }];
  return { entry, uploads, callsTools, warnings, suspects, interpreter: undefined, sources: undefined };
}

async function gatherAsItIs(
  request: BundleRequest,
  interpreter: Interpreter,
  clientDir: string | undefined,
): Promise<GatheredScript> {
  const { files, sources, suspects } = await gatherSource(request, interpreter);
  const wantsClient = interpreter.language === 'python' && importsPythonClient(files);
  const client =
    wantsClient && clientDir !== undefined
      ? await readPythonClient(clientDir, `${SANDBOX_HOME}/.iris`)
      : undefined;
  return {
    entry: files[0]?.sandboxFile ?? '',
    uploads: [
      ...files.map(({ sandboxFile, content }) => ({ path: sandboxFile, content, isImmutable: false })),
      ...(client?.files ?? []).map(({ sandboxFile, content }) => ({
        path: sandboxFile,
        content,
        isImmutable: true,
      })),
    ],
    callsTools: client !== undefined,
    pythonSearchDir: client?.searchDir,
    warnings: [],
    suspects,
    interpreter,
    sources,
  };
}

/** What the bundler is asked for. */
export function toBundleRequest(request: RunRequest, signal: AbortSignal): BundleRequest {
  const { scriptFile, localDir, servers, packages = [] } = request;
  const externals = packages.flatMap(({ source, name }) => (source === 'npm' ? [name] : []));
  return { scriptFile, localDir, sandboxDir: SANDBOX_HOME, servers, externals, signal };
}

function suspectsAmong(files: readonly IncludedFile[]): Suspect[] {
  return files.flatMap(({ localFile, secret, isNamed }) =>
    secret === undefined ? [] : [{ file: localFile, look: secret, isNamed }],
  );
}
