import type { RunEvent, RunResult } from '../contract/run-event.ts';
import { never } from '../core/never.ts';
import { OutputWindow, type KeptOutput } from '../core/output-window.ts';
import type { ExecutionEvent, ExecutionResult } from './execution.ts';

export interface Following {
  /** What is kept of each stream. */
  readonly maxOutputBytes: number;
  /** `performance.now()` of the call. */
  readonly calledAt: number;
  /** Called when the script runs: its file was read. */
  readonly onStarted: () => Promise<void>;
}

/** Passes a run's events on as those of an execution, and makes its result of what went by. */
export async function* followExecution(
  events: AsyncIterable<RunEvent>,
  { maxOutputBytes, calledAt, onStarted }: Following,
): AsyncGenerator<ExecutionEvent, void> {
  const stdout = new OutputWindow(maxOutputBytes);
  const stderr = new OutputWindow(maxOutputBytes);
  const notices: string[] = [];
  /** What iris says after the start is about the end of the script. */
  let explanation: string | undefined;
  let hasStarted = false;
  for await (const event of events) {
    switch (event.type) {
      case 'stdout':
      case 'stderr':
        (event.type === 'stdout' ? stdout : stderr).push(event.data);
        yield { type: event.type, data: event.data };
        break;
      case 'phase':
        yield { type: 'phase', text: event.text };
        break;
      case 'notice':
        notices.push(event.text);
        if (hasStarted) explanation = event.text;
        yield { type: 'notice', text: event.text, hint: event.hint };
        break;
      case 'started':
        hasStarted = true;
        await onStarted();
        break;
      case 'finished': {
        const executionTime = Math.round(performance.now() - calledAt);
        const kept = { stdout: stdout.read(), stderr: stderr.read() };
        yield { type: 'finished', result: toResult(event, { ...kept, notices, explanation, executionTime }) };
        break;
      }
      default:
        never(event);
    }
  }
}

interface Seen {
  readonly stdout: KeptOutput;
  readonly stderr: KeptOutput;
  readonly notices: readonly string[];
  readonly explanation: string | undefined;
  readonly executionTime: number;
}

function toResult(
  run: RunResult,
  { stdout, stderr, notices, explanation, executionTime }: Seen,
): ExecutionResult {
  const { exitCode, signal, sandbox } = run;
  return {
    success: exitCode === 0,
    output: stdout.text,
    stderr: stderr.text,
    exitCode,
    signal,
    executionTime,
    logs: { stdout: linesOf(stdout.text), stderr: linesOf(stderr.text) },
    toolCalls: run.toolCalls ?? [],
    notices,
    truncated: { stdout: stdout.isTruncated, stderr: stderr.isTruncated },
    metadata: {
      runId: run.runId,
      sandboxId: sandbox.id,
      provider: sandbox.provider,
      isolation: sandbox.isolation,
      session: sandbox.name,
      timingsMs: run.timingsMs,
    },
    error: exitCode === 0 ? undefined : [describeEnd(run), explanation].filter(Boolean).join(': '),
  };
}

function describeEnd({ exitCode, signal }: RunResult): string {
  return signal === undefined
    ? `The script ended with exit code ${exitCode}`
    : `The script was ended by ${signal}`;
}

/** A newline ends a line; the last line may lack it. */
function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/);
  return lines.at(-1) === '' ? lines.slice(0, -1) : lines;
}
