import type { PulledFiles, RunEvent, RunPhase, SandboxRef } from '../contract/run-event.ts';
import { formatDuration } from '../core/duration.ts';
import { IrisError, toIrisError } from '../core/errors.ts';
import type { LastingEvent } from '../sandbox/lasting-process.ts';
import type { SandboxProcess } from '../sandbox/process-client.ts';
import { explainFailure, OutputTail } from './explain-failure.ts';
import { holdSandbox } from './hold-sandbox.ts';
import type { LiveSandbox } from './live-sandboxes.ts';
import { prepareFiles, type FileSources, type PreparedFiles } from './prepare-files.ts';
import type { RunIo, RunRequest } from './run-request.ts';
import { toWish } from './sandbox-wish.ts';
import type { ScriptTools } from './script-tools.ts';
import { startScript, type StartParts } from './start-script.ts';
import { superviseProcess } from './supervise-process.ts';
import { Timings } from './timings.ts';
import { watchLifetime } from './watch-lifetime.ts';

export type RunParts = FileSources & StartParts;

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
  const missing = parts.installer.missing(files.installs);
  if (missing.length > 0) yield phase('sandbox', `Installing ${missing.join(' ')} in the sandbox`);

  const { live, process, tools } = await startScript(parts, { request, wish, files, io, timings });
  const origin = describeOrigin(live, wasLive);
  const hold = holdSandbox(parts, live, wish);
  let hasSucceeded = false;
  try {
    if (origin !== undefined) yield phase('sandbox', origin);
    yield* tellVolumes(live, wasLive);
    yield { type: 'started', runId: request.runId, sandbox: live.ref, pid: process.pid };
    for await (const event of streamRun({ parts, request, io, live, process, tools, files, timings })) {
      if (event.type !== 'finished') {
        yield event;
        continue;
      }
      hasSucceeded = event.exitCode === 0;
      if (!hasSucceeded) yield* tellKept(request, live);
      const pulled = yield* bringBack(request, live, io);
      yield pulled === undefined ? event : { ...event, pulled };
    }
  } catch (thrown) {
    if (toIrisError(thrown).code === 'SANDBOX_LOST') await parts.sandboxes.doubt(live, 'unsure');
    else {
      yield* tellKept(request, live);
      yield* bringBack(request, live, io);
    }
    throw thrown;
  } finally {
    await tools?.[Symbol.asyncDispose]();
    if (request.removeAfter === 'always' || (request.removeAfter === 'succeeded' && hasSucceeded))
      await removeSandbox(parts, live);
    else hold[Symbol.dispose]();
    parts.sandboxes.remember(live);
  }
}

interface Streaming {
  readonly parts: RunParts;
  readonly request: RunRequest;
  readonly io: RunIo;
  readonly live: LiveSandbox;
  readonly process: SandboxProcess<LastingEvent>;
  readonly tools: ScriptTools | undefined;
  readonly files: PreparedFiles;
  readonly timings: Timings;
}

async function* streamRun(run: Streaming): AsyncGenerator<RunEvent, void> {
  const tail = new OutputTail();
  const startedAt = performance.now();
  using lifetime = watchLifetime(run.parts, run.live, run.request.timeoutMs);
  using supervised = superviseProcess(run.process, run.io, run.request.timeoutMs);
  for await (const event of supervised.events) {
    for (const { text, hint } of lifetime.take()) yield { type: 'notice', text, hint };
    switch (event.type) {
      case 'started':
      case 'alive':
        break;
      case 'disconnected':
      case 'reconnected':
        yield tellConnection(event, run.live);
        break;
      case 'stderr':
        tail.push(event.data);
        yield event;
        break;
      case 'stdout':
        yield event;
        break;
      case 'exited': {
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
  throw new IrisError('SANDBOX_LOST', `Sandbox ${run.live.ref.id} ended before the script did`, {
    hint: 'The script was not started again. Run it again to get a new sandbox.',
  });
}

function tellConnection(
  event: Extract<LastingEvent, { type: 'disconnected' | 'reconnected' }>,
  { ref }: LiveSandbox,
): RunEvent {
  if (event.type === 'disconnected') {
    const text = `The connection to sandbox ${ref.id} broke, and iris tries to get it back: ${event.because}`;
    return { type: 'notice', text, hint: 'The script runs on meanwhile. Ctrl-C gives up.' };
  }
  const gap = formatDuration(Math.max(Math.round(event.afterMs), 1));
  return {
    type: 'notice',
    text: `The connection to sandbox ${ref.id} was lost for ${gap}; output of that time may be missing`,
    hint: 'The order of the rest is as it was written.',
  };
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

/** Nobody waits for files of a run that was given up. */
async function* bringBack(
  request: RunRequest,
  { sandbox }: LiveSandbox,
  { signal }: RunIo,
): AsyncGenerator<RunEvent, PulledFiles | undefined> {
  if (request.bringBack === undefined || signal.aborted) return undefined;
  return yield* request.bringBack(sandbox.endpoint, signal);
}

/** A sandbox that would have ended with a run that succeeded is there to be looked into. */
function* tellKept({ removeAfter }: RunRequest, { ref }: LiveSandbox): Generator<RunEvent, void> {
  if (removeAfter !== 'succeeded') return;
  yield {
    type: 'notice',
    text: `Kept sandbox ${ref.name} (${ref.id}) of the failed run`,
    hint: `Look into it: iris sandbox shell ${ref.id}`,
  };
}

async function removeSandbox(parts: RunParts, live: LiveSandbox): Promise<void> {
  await parts.sandboxes.forget(live);
  await parts.provider.kill(live.sandbox.id);
}

/** What there is to say of a sandbox that this run was the first to use. */
function describeOrigin({ ref, origin }: LiveSandbox, wasLive: boolean): string | undefined {
  if (origin.type === 'resumed') return wasLive ? undefined : `Resumed sandbox ${ref.id} with its files`;
  if (origin.failure === undefined || wasLive) return undefined;
  return `Created a new sandbox, for an earlier one could not be resumed: ${origin.failure}`;
}

/** A name that is mistyped shows as one that is new. */
function* tellVolumes({ origin }: LiveSandbox, wasLive: boolean): Generator<RunEvent, void> {
  if (wasLive || origin.type !== 'created') return;
  for (const name of origin.newVolumes ?? [])
    yield { type: 'notice', text: `Made the volume ${name}, which is empty` };
}

function phase(name: RunPhase, text: string): RunEvent {
  return { type: 'phase', phase: name, text };
}
