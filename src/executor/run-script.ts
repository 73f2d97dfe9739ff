import type { RunEvent, RunPhase, SandboxRef } from '../contract/run-event.ts';
import { IrisError } from '../core/errors.ts';
import type { Logger } from '../core/logger.ts';
import type { HttpClient } from '../sandbox/http-request.ts';
import { startProcess, type SandboxProcess } from '../sandbox/process-client.ts';
import type { SandboxProvider } from '../sandbox/sandbox.ts';
import { explainFailure, OutputTail } from './explain-failure.ts';
import { openScriptTools, type ScriptTools, type ToolParts } from './script-tools.ts';
import { holdSandbox } from './hold-sandbox.ts';
import type { LiveSandbox, LiveSandboxes } from './live-sandboxes.ts';
import { prepareFiles, type FileSources, type PreparedFiles } from './prepare-files.ts';
import type { RunIo, RunRequest } from './run-request.ts';
import type { SandboxWish } from './sandbox-wish.ts';
import { superviseProcess } from './supervise-process.ts';
import { Timings } from './timings.ts';

export interface RunParts extends FileSources, ToolParts {
  readonly client: HttpClient;
  readonly provider: SandboxProvider;
  readonly sandboxes: LiveSandboxes;
  readonly logger: Logger;
}

interface StartedProcess {
  readonly process: SandboxProcess;
  readonly tools: ScriptTools | undefined;
}

interface StartedRun extends StartedProcess {
  readonly live: LiveSandbox;
}

/** The life time that a sandbox must have left beyond the run's own limit. */
const LIFETIME_MARGIN_MS = 60_000;
/** What a run without a limit asks for: the longest that E2B grants. */
const LONGEST_LIFETIME_MS = 24 * 3_600_000;

/**
 * Runs one script and yields what happens, `finished` last. Leaving the loop ends the script.
 * Throws SCRIPT_INVALID, FILE_NOT_FOUND, SANDBOX_*, RUN_TIMED_OUT or CANCELLED.
 */
export async function* runScript(
  parts: RunParts,
  request: RunRequest,
  io: RunIo,
): AsyncGenerator<RunEvent, void> {
  const timings = new Timings();
  const wish = toWish(request);
  const files = await timings.measure('plan', () => prepareFiles(parts, request, io.signal));
  for (const text of files.warnings) yield { type: 'notice', text };
  const wasLive = parts.sandboxes.has(wish);
  if (!wasLive) yield phase('sandbox', 'Preparing a sandbox');

  const { live, process, tools } = await startOnce(parts, { request, wish, files, io, timings });
  const origin = describeOrigin(live, wasLive);
  const hold = holdSandbox(parts, live, wish);
  try {
    if (origin !== undefined) yield phase('sandbox', origin);
    yield { type: 'started', runId: request.runId, sandbox: live.ref, pid: process.pid };
    yield* streamRun({ parts, request, io, live, process, tools, files, timings });
  } finally {
    await tools?.[Symbol.asyncDispose]();
    if (request.removeAfter) await removeSandbox(parts, live);
    else hold[Symbol.dispose]();
  }
}

interface Start {
  readonly request: RunRequest;
  readonly wish: SandboxWish;
  readonly files: PreparedFiles;
  readonly io: RunIo;
  readonly timings: Timings;
}

/** Starts the script; a sandbox that turns out to be gone before anything ran is replaced, once. */
async function startOnce(parts: RunParts, start: Start): Promise<StartedRun> {
  const wasLive = parts.sandboxes.has(start.wish);
  const live = await start.timings.measure('sandbox', () => parts.sandboxes.acquire(start.wish));
  start.io.signal.throwIfAborted();
  try {
    return { live, ...(await startIn(parts, live, start)) };
  } catch (thrown) {
    await parts.sandboxes.forget(live);
    const wasThere = wasLive || live.origin.type === 'resumed';
    if (!wasThere || !isGone(thrown) || start.io.signal.aborted) throw thrown;
    parts.logger('sandbox.replaced', { id: live.sandbox.id, because: thrown.message });
  }
  const fresh = await start.timings.measure('sandbox', () => parts.sandboxes.acquire(start.wish));
  return { live: fresh, ...(await startIn(parts, fresh, start)) };
}

async function startIn(parts: RunParts, live: LiveSandbox, start: Start): Promise<StartedProcess> {
  const { request, files, io, timings } = start;
  const missing = files.uploads.filter((file) => !file.isImmutable || !live.written.has(file.path));
  if (missing.length > 0) await timings.measure('upload', () => live.sandbox.write(missing, io.signal));
  for (const file of missing) live.written.add(file.path);
  const grant = files.callsTools ? request.openTools?.() : undefined;
  const tools = grant && openScriptTools(parts, live, grant);
  const spec = {
    cmd: 'node',
    args: ['--enable-source-maps', files.entry, ...request.args],
    envs: { ...request.envs, IRIS_RUN_ID: request.runId, ...tools?.envs },
    cwd: request.sandboxCwd,
    hasStdin: io.stdin !== undefined,
    timeoutMs: request.timeoutMs === 0 ? 0 : request.timeoutMs + LIFETIME_MARGIN_MS,
    headers: tools?.headers,
  };
  try {
    const { endpoint } = live.sandbox;
    const process = await timings.measure('start', () =>
      startProcess(parts.client, endpoint, spec, io.signal),
    );
    return { process, tools };
  } catch (thrown) {
    await tools?.[Symbol.asyncDispose]();
    throw thrown;
  }
}

interface Streaming {
  readonly parts: RunParts;
  readonly request: RunRequest;
  readonly io: RunIo;
  readonly live: LiveSandbox;
  readonly process: SandboxProcess;
  readonly tools: ScriptTools | undefined;
  readonly files: PreparedFiles;
  readonly timings: Timings;
}

async function* streamRun(run: Streaming): AsyncGenerator<RunEvent, void> {
  const tail = new OutputTail();
  const startedAt = performance.now();
  using supervised = superviseProcess(run.process, run.io, run.request.timeoutMs);
  for await (const event of run.process.events) {
    switch (event.type) {
      case 'started':
        break;
      case 'stderr':
        tail.push(event.data);
        yield event;
        break;
      case 'stdout':
        yield event;
        break;
      case 'exited': {
        supervised.markExited();
        supervised.throwIfStopped();
        await run.tools?.settled();
        run.timings.add('run', performance.now() - startedAt);
        const notice = explainFailure({
          ...event,
          stderrTail: tail.text(),
          sandbox: run.live.ref,
          hasNetwork: run.request.hasNetwork,
          entry: run.files.entry,
        });
        if (notice?.isEntryMissing === true) run.live.written.clear();
        if (notice !== undefined) yield { type: 'notice', text: notice.text, hint: notice.hint };
        yield toFinished(run, event.exitCode, event.signal);
        return;
      }
    }
  }
  supervised.throwIfStopped();
  throw new IrisError('SANDBOX_LOST', `Sandbox ${run.live.ref.id} ended before the script did`, {
    hint: 'The script was not started again. Run it again to get a new sandbox.',
  });
}

function toFinished(run: Streaming, exitCode: number, signal: string | undefined): RunEvent {
  const sandbox: SandboxRef = run.live.ref;
  return {
    type: 'finished',
    runId: run.request.runId,
    exitCode,
    signal,
    sandbox,
    timingsMs: run.timings.all(),
  };
}

function toWish(request: RunRequest): SandboxWish {
  const needed = request.timeoutMs === 0 ? LONGEST_LIFETIME_MS : request.timeoutMs + LIFETIME_MARGIN_MS;
  const lifetimeMs = Math.min(Math.max(request.sandboxTimeoutMs, needed), LONGEST_LIFETIME_MS);
  return {
    runId: request.runId,
    project: request.project,
    name: request.sandboxName,
    hasNetwork: request.hasNetwork,
    onTimeout: request.sandboxOnTimeout,
    lifetimeMs,
    idleMs: Math.min(request.sandboxTimeoutMs, LONGEST_LIFETIME_MS),
  };
}

async function removeSandbox(parts: RunParts, live: LiveSandbox): Promise<void> {
  await parts.sandboxes.forget(live);
  await parts.provider.kill(live.sandbox.id);
}

function isGone(thrown: unknown): thrown is IrisError {
  return (
    thrown instanceof IrisError &&
    (thrown.code === 'SANDBOX_NOT_FOUND' || thrown.code === 'SANDBOX_UNAVAILABLE')
  );
}

/** What there is to say of a sandbox that this run was the first to use. */
function describeOrigin({ ref, origin }: LiveSandbox, wasLive: boolean): string | undefined {
  if (origin.type === 'resumed') return wasLive ? undefined : `Resumed sandbox ${ref.id} with its files`;
  if (origin.failure === undefined || wasLive) return undefined;
  return `Created a new sandbox, for an earlier one could not be resumed: ${origin.failure}`;
}

function phase(name: RunPhase, text: string): RunEvent {
  return { type: 'phase', phase: name, text };
}
