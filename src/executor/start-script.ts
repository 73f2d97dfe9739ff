import { toIrisError, type IrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { HttpClient } from '../sandbox/http-request.ts';
import { startLasting, type LastingEvent } from '../sandbox/lasting-process.ts';
import { startProcess, type SandboxProcess } from '../sandbox/process-client.ts';
import { passesRepeatable, retrying } from '../sandbox/retry.ts';
import { writeFiles } from '../sandbox/write-files.ts';
import { guardVariable, REFUSAL } from './bundle/start-guard.ts';
import { installedEnvs } from './install/install-plan.ts';
import type { PackageInstaller } from './install/install-packages.ts';
import { injectHeaders } from './inject-headers.ts';
import type { LiveSandbox, LiveSandboxes } from './live-sandboxes.ts';
import { orCancelled } from './or-cancelled.ts';
import type { PreparedFiles } from './prepare-files.ts';
import type { RunIo, RunRequest } from './run-request.ts';
import { LIFETIME_MARGIN_MS, type SandboxWish } from './sandbox-wish.ts';
import { openScriptTools, type ScriptTools, type ToolParts } from './script-tools.ts';
import { sourceCommand } from './source/source-command.ts';
import type { Timings } from './timings.ts';

export interface StartParts extends ToolParts {
  readonly client: HttpClient;
  readonly sandboxes: LiveSandboxes;
  readonly installer: PackageInstaller;
  readonly logger: Logger;
}

/** A script that runs, where it does, and what it may call. */
export interface StartedScript {
  readonly live: LiveSandbox;
  readonly process: SandboxProcess<LastingEvent>;
  readonly tools: ScriptTools | undefined;
}

export interface Start {
  readonly request: RunRequest;
  readonly wish: SandboxWish;
  readonly files: PreparedFiles;
  readonly io: RunIo;
  readonly timings: Timings;
}

/**
 * Starts the script. A sandbox that turns out to be gone, or to know its token no more, before anything ran is looked
 * for again or replaced, once.
 */
export async function startScript(parts: StartParts, start: Start): Promise<StartedScript> {
  const { sandboxes, logger } = parts;
  const wasLive = sandboxes.has(start.wish);
  const live = await acquire(parts, start);
  try {
    return await startIn(parts, live, start);
  } catch (thrown) {
    const failure = toIrisError(thrown);
    const doubt = doubtAfter(failure);
    if (doubt !== undefined) await sandboxes.doubt(live, doubt);
    const wasThere = wasLive || live.origin.type === 'resumed';
    const isReplaceable = doubt !== undefined && failure.code !== 'SANDBOX_LOST';
    if (!wasThere || !isReplaceable || start.io.signal.aborted) {
      await dropUnused(parts, live, start);
      throw failure;
    }
    logger('sandbox.replaced', { id: live.sandbox.id, because: failure.message });
  }
  return await startIn(parts, await acquire(parts, start), start);
}

async function acquire({ sandboxes }: StartParts, { timings, wish, io }: Start): Promise<LiveSandbox> {
  // Others may wait for the same sandbox: it is made even when this run is cancelled.
  return await timings.measure('sandbox', () => orCancelled(sandboxes.acquire(wish), io.signal));
}

/** One that only this run had would live on for nobody. */
async function dropUnused(
  { sandboxes, provider, logger }: StartParts,
  live: LiveSandbox,
  { request }: Start,
): Promise<void> {
  if (request.sandboxName !== undefined && request.removeAfter !== 'always') return;
  await sandboxes.forget(live);
  await provider.kill(live.sandbox.id).catch((thrown: unknown) => {
    logger('sandbox.close-failed', { id: live.sandbox.id, because: toIrisError(thrown).message });
  });
}

/** What a failure tells of the sandbox; undefined when it may be as good as before. */
function doubtAfter({ code }: IrisError): 'gone' | 'unsure' | undefined {
  if (code === 'SANDBOX_NOT_FOUND' || code === 'SANDBOX_UNAVAILABLE') return 'gone';
  return code === 'SANDBOX_LOST' || code === 'AUTH_REJECTED' ? 'unsure' : undefined;
}

async function startIn(parts: StartParts, live: LiveSandbox, start: Start): Promise<StartedScript> {
  const { request, files } = start;
  await injectHeaders(parts.provider, live, start.wish);
  if (files.installs.some(({ doneFile }) => !live.written.has(doneFile)))
    await start.timings.measure('install', () =>
      parts.installer.install(live, files.installs, start.io.signal),
    );
  await upload(parts, live, start);
  const grant = files.callsTools ? request.openTools?.() : undefined;
  const tools = grant && openScriptTools(parts, live, grant);
  try {
    const begin = (): Promise<SandboxProcess<LastingEvent>> => startProcessOf(parts, live, start, tools);
    const process = await start.timings.measure('start', begin);
    parts.sandboxes.trust(live);
    return { live, process, tools };
  } catch (thrown) {
    await tools?.[Symbol.asyncDispose]();
    throw thrown;
  }
}

/** Sends what the sandbox does not have; writing it twice is like writing it once. */
async function upload(parts: StartParts, live: LiveSandbox, { files, io, timings }: Start): Promise<void> {
  const missing = files.uploads.filter((file) => !file.isImmutable || !live.written.has(file.path));
  if (missing.length === 0) return;
  const write = (): Promise<void> => writeFiles(parts.client, live.sandbox.endpoint, missing, io.signal);
  await timings.measure('upload', () => retrying(write, { signal: io.signal, passes: passesRepeatable }));
  for (const file of missing) if (file.isImmutable) live.written.add(file.path);
}

async function startProcessOf(
  { client, provider }: StartParts,
  live: LiveSandbox,
  { request, files, io }: Start,
  tools: ScriptTools | undefined,
): Promise<SandboxProcess<LastingEvent>> {
  const { endpoint } = live.sandbox;
  const envs = {
    ...request.envs,
    ...installedEnvs(files.installs),
    ...searchPath(request, files),
    IRIS_RUN_ID: request.runId,
    ...tools?.envs,
  };
  // There is no network on the way to a sandbox of this machine that could leave a start in doubt.
  const isNear = provider.kind === 'embedded';
  const { entry, interpreter } = files;
  const { args, runId } = request;
  const command =
    interpreter === undefined
      ? { cmd: 'node', args: ['--enable-source-maps', entry, ...args] }
      : sourceCommand(interpreter, { entry, args, ...(isNear ? {} : { runId }) });
  const spec = {
    ...command,
    envs,
    cwd: request.sandboxCwd,
    hasStdin: io.stdin !== undefined,
    timeoutMs: request.timeoutMs === 0 ? 0 : request.timeoutMs + LIFETIME_MARGIN_MS,
    headers: tools?.headers,
  };
  if (isNear) return await startProcess(client, endpoint, spec, io.signal);
  const guarded = { ...spec, tag: request.runId, envs: { ...envs, ...guardVariable(request.runId) } };
  return await startLasting({ client, endpoint }, { ...guarded, refusal: REFUSAL }, io.signal);
}

/** Python looks for the client of iris and what was installed before whatever else the user names. */
function searchPath(
  { envs }: RunRequest,
  { pythonSearchDir, installs }: PreparedFiles,
): Record<string, string> {
  const packagesDir = installs.find(({ source }) => source === 'pip')?.dir;
  const dirs = [pythonSearchDir, packagesDir, envs['PYTHONPATH']].filter(
    (dir) => dir !== undefined && dir !== '',
  );
  return dirs.length === 0 ? {} : { PYTHONPATH: dirs.join(':') };
}
