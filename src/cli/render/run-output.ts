import type { RunEventJson, RunResult, ShownEvent } from '../../contract/run-event.ts';
import { errnoOf, IrisError, toIrisError } from '../../core/errors.ts';
import type { RunCommandOptions } from '../parse-run.ts';
import { renderError } from './error.ts';
import { openJsonText } from './json-text.ts';
import { openProgress } from './progress.ts';

/** Shows one run: the script's bytes unchanged, everything else on stderr, or all of it as NDJSON. */
export interface RunOutput {
  /** Says what is being waited for. */
  readonly phase: (text: string) => void;
  readonly event: (event: ShownEvent) => void;
  /** Writes the script's bytes; false asks to wait for `drain`. */
  bytes(stream: 'stdout' | 'stderr', data: Buffer): boolean;
  /** Called when nobody reads the output any more. */
  readonly onClosed: (listener: () => void) => void;
  /** Shows the end of the run and returns the exit code. */
  finish(result: RunResult): number;
  /** Shows why there was no end and returns the exit code. */
  fail(thrown: unknown, signalExitCode: number | undefined): number;
}

/** 128 + SIGPIPE: what a process that writes to a closed pipe ends with. */
const CLOSED_PIPE_EXIT = 141;

export function openRunOutput(options: RunCommandOptions): RunOutput {
  const progress = openProgress(options);
  let isClosed = false;
  const closedListeners: (() => void)[] = [];
  for (const stream of [process.stdout, process.stderr]) {
    stream.on('error', (thrown) => {
      if (errnoOf(thrown) !== 'EPIPE') throw thrown;
      isClosed = true;
      for (const listener of closedListeners) listener();
    });
  }
  const base = {
    phase: progress.phase,
    onClosed: (listener: () => void) => {
      closedListeners.push(listener);
      if (isClosed) listener();
    },
  };
  const isGone = (): boolean => isClosed;
  return options.json === true
    ? jsonOutput(base, isGone)
    : textOutput({ ...base, options, progress, isGone });
}

interface TextParts extends Pick<RunOutput, 'phase' | 'onClosed'> {
  readonly options: RunCommandOptions;
  readonly progress: ReturnType<typeof openProgress>;
  readonly isGone: () => boolean;
}

function textOutput({ phase, onClosed, options, progress, isGone }: TextParts): RunOutput {
  return {
    phase,
    onClosed,
    event: progress.event,
    bytes: (stream, data) => {
      progress.clear();
      return process[stream].write(data);
    },
    finish: (result) => {
      progress.clear();
      progress.finished(result);
      return isGone() ? CLOSED_PIPE_EXIT : result.exitCode;
    },
    fail: (thrown, signalExitCode) => {
      progress.clear();
      if (isGone()) return CLOSED_PIPE_EXIT;
      if (signalExitCode !== undefined) return signalExitCode;
      process.stderr.write(renderError(thrown, options.debug === true));
      return toIrisError(thrown).facts.exit;
    },
  };
}

function jsonOutput(base: Pick<RunOutput, 'phase' | 'onClosed'>, isGone: () => boolean): RunOutput {
  const print = (event: RunEventJson): boolean => process.stdout.write(`${JSON.stringify(event)}\n`);
  const texts = { stdout: openJsonText('stdout', print), stderr: openJsonText('stderr', print) };
  return {
    onClosed: base.onClosed,
    phase: (text) => void print({ v: 1, type: 'phase', text }),
    event: (event) => void print({ v: 1, ...event }),
    bytes: (stream, data) => texts[stream].push(data),
    finish: ({ runId, exitCode, signal, timingsMs }) => {
      texts.stdout.end();
      texts.stderr.end();
      print({ v: 1, type: 'exit', origin: 'script', code: exitCode, signal, runId, timingsMs });
      return isGone() ? CLOSED_PIPE_EXIT : exitCode;
    },
    fail: (thrown, signalExitCode) => {
      if (isGone()) return CLOSED_PIPE_EXIT;
      texts.stdout.end();
      texts.stderr.end();
      const error =
        signalExitCode === undefined ? toIrisError(thrown) : new IrisError('CANCELLED', 'Stopped by force');
      const code = signalExitCode ?? error.facts.exit;
      print({ v: 1, type: 'error', error: error.toJSON() });
      print({ v: 1, type: 'exit', origin: 'iris', code });
      return code;
    },
  };
}
