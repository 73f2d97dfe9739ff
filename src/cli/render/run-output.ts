import { once } from 'node:events';
import type { RunEventJson, RunResult, ShownEvent } from '../../contract/run-event.ts';
import { errnoOf, IrisError, toIrisError } from '../../core/errors.ts';
import type { RunCommandOptions } from '../words/parse-run.ts';
import { renderError } from './error.ts';
import { openJsonText } from './json-text.ts';
import { openProgress } from './progress.ts';

/** Shows one run: the script's bytes unchanged, everything else on stderr, or all of it as NDJSON. */
export interface RunOutput {
  /** Says what is being waited for. */
  readonly phase: (text: string) => void;
  readonly event: (event: ShownEvent) => void;
  /** Writes the script's bytes; a promise asks to wait until it resolves, and rejects when nobody reads them any more. */
  bytes(stream: 'stdout' | 'stderr', data: Buffer): Promise<unknown> | undefined;
  /** Takes away what is no output, such as a spinner. */
  readonly clear: () => void;
  /** Sets up the streams; `onClosed` is called when nobody reads them any more. */
  attach(onClosed: () => void): void;
  /** Shows the end of the run and returns the exit code. */
  finish(result: RunResult): number;
  /** Shows why there was no end and returns the exit code. */
  fail(thrown: unknown, signalExitCode: number | undefined): number;
}

/** What may wait for a slow reader before the script is made to wait. */
const MAX_PENDING_BYTES = 512 * 1024;

/** 128 + SIGPIPE: what a process that writes to a closed pipe ends with. */
const CLOSED_PIPE_EXIT = 141;

/** Opens the output of one run; nothing is loaded or written before it is needed. */
export function openRunOutput(options: RunCommandOptions, canSpin: () => boolean): RunOutput {
  const progress = openProgress(options, canSpin);
  let lost: Error | undefined;
  const lostExit = (): number | undefined =>
    lost === undefined ? undefined : showLoss(lost, options.debug === true);
  const attach = (onClosed: () => void): void => {
    for (const stream of [process.stdout, process.stderr]) {
      stream.on('error', (thrown) => {
        lost ??= thrown;
        onClosed();
      });
    }
  };
  return options.json === true
    ? jsonOutput(attach, lostExit)
    : textOutput({ attach, lostExit, options, progress });
}

/** A reader that went away is no error, and so is a terminal that was closed. */
function showLoss(lost: Error, isDebug: boolean): number {
  const errno = errnoOf(lost);
  if (errno === 'EPIPE' || errno === 'EIO') return CLOSED_PIPE_EXIT;
  const error = new IrisError('OUTPUT_UNWRITABLE', `Cannot write the output: ${lost.message}`, {
    hint: 'Make room, or send the output elsewhere. The script was stopped.',
    cause: lost,
  });
  process.stderr.write(renderError(error, isDebug));
  return error.facts.exit;
}

/** Waits until a stream was written out: one wait for all who wait. */
function openDrains(): (stream: 'stdout' | 'stderr') => Promise<unknown> {
  const waits = new Map<string, Promise<unknown>>();
  return (stream) => {
    const known = waits.get(stream);
    if (known !== undefined) return known;
    const wait = once(process[stream], 'drain').finally(() => waits.delete(stream));
    waits.set(stream, wait);
    return wait;
  };
}

interface TextParts extends Pick<RunOutput, 'attach'> {
  readonly options: RunCommandOptions;
  readonly progress: ReturnType<typeof openProgress>;
  /** The exit code when the output was lost, which it says. */
  readonly lostExit: () => number | undefined;
}

function textOutput({ attach, options, progress, lostExit }: TextParts): RunOutput {
  const drained = openDrains();
  return {
    attach,
    phase: progress.phase,
    clear: progress.clear,
    event: progress.event,
    bytes: (stream, data) => {
      progress.clear();
      process[stream].write(data);
      return process[stream].writableLength <= MAX_PENDING_BYTES ? undefined : drained(stream);
    },
    finish: (result) => {
      progress.clear();
      progress.finished(result);
      return lostExit() ?? result.exitCode;
    },
    fail: (thrown, signalExitCode) => {
      progress.clear();
      const code = lostExit() ?? signalExitCode;
      if (code !== undefined) return code;
      process.stderr.write(renderError(thrown, options.debug === true));
      return toIrisError(thrown).facts.exit;
    },
  };
}

function jsonOutput(attach: RunOutput['attach'], lostExit: TextParts['lostExit']): RunOutput {
  const print = (event: RunEventJson): boolean => process.stdout.write(`${JSON.stringify(event)}\n`);
  const drained = openDrains();
  let runId: string | undefined;
  const texts = { stdout: openJsonText('stdout', print), stderr: openJsonText('stderr', print) };
  return {
    attach,
    clear: () => undefined,
    phase: (text) => void print({ v: 1, type: 'phase', text }),
    event: (event) => {
      if (event.type === 'started') ({ runId } = event);
      print({ v: 1, ...event });
    },
    bytes: (stream, data) => (texts[stream].push(data) ? undefined : drained('stdout')),
    finish: ({ exitCode, signal, timingsMs, costEstimateUsd, pulled, ...result }) => {
      texts.stdout.end();
      texts.stderr.end();
      const end = { code: exitCode, signal, runId: result.runId, timingsMs, costEstimateUsd, pulled };
      print({ v: 1, type: 'exit', origin: 'script', ...end });
      return lostExit() ?? exitCode;
    },
    fail: (thrown, signalExitCode) => {
      const lostCode = lostExit();
      if (lostCode !== undefined) return lostCode;
      texts.stdout.end();
      texts.stderr.end();
      const error =
        signalExitCode === undefined ? toIrisError(thrown) : new IrisError('CANCELLED', 'Stopped by force');
      const code = signalExitCode ?? error.facts.exit;
      print({ v: 1, type: 'error', error: { ...error.toJSON(), runId } });
      print({ v: 1, type: 'exit', origin: 'iris', code, runId });
      return code;
    },
  };
}
