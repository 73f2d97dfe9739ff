import type { z } from 'zod';
import { runCode } from '../../contract/mcp/sandbox-tools.ts';
import { formatByteSize } from '../../core/byte-size.ts';
import { OutputWindow } from '../../core/output-window.ts';
import type { CodeRun, CodeRunEvents, McpBackend } from '../backend/backend.ts';
import { serve, type ServedCall, type ServedTool } from '../tool/served-tool.ts';

type Input = z.output<typeof runCode.input>;
type Output = z.input<typeof runCode.output>;

/** A client that is told more often redraws more than it reads. */
const PROGRESS_PAUSE_MS = 500;

/** `run_code`: one script in the sandbox of the project. */
export function codeTools(backend: McpBackend): readonly ServedTool[] {
  return [serve(runCode, (input, call) => runInSandbox(backend, input, call))];
}

async function runInSandbox(backend: McpBackend, input: Input, call: ServedCall): Promise<Output> {
  const { code, file = '' } = input;
  if (code === undefined) return await runFile(backend, file, { input, call });
  await using placed = await backend.placeCode(code);
  return await runFile(backend, placed.file, { input, call });
}

async function runFile(
  backend: McpBackend,
  script: string,
  { input, call }: { readonly input: Input; readonly call: ServedCall },
): Promise<Output> {
  const seen = watch(input.maxOutputBytes, call);
  const result = await backend.runScript(toRun(script, input), seen.events, call.signal);
  const stdout = seen.stdout.read();
  const stderr = seen.stderr.read();
  const isTruncated = stdout.isTruncated || stderr.isTruncated;
  return {
    exitCode: result.exitCode,
    signal: result.signal,
    stdout: stdout.text,
    stderr: stderr.text,
    stdoutTruncated: stdout.isTruncated,
    stderrTruncated: stderr.isTruncated,
    durationMs: Math.round(result.timingsMs['total'] ?? 0),
    runId: result.runId,
    sandbox: { ...result.sandbox },
    toolCalls: (result.toolCalls ?? []).map((made) => ({ ...made })),
    notices: [...seen.notices],
    hint: isTruncated
      ? 'The middle of the output is left out: print less, write it to a file, or raise maxOutputBytes.'
      : undefined,
  };
}

function toRun(script: string, input: Input): CodeRun {
  return {
    script,
    args: input.args,
    sandbox: input.sandbox,
    isFresh: input.fresh,
    hasNetwork: input.network,
    timeoutMs: input.timeoutMs,
  };
}

interface Watched {
  readonly events: CodeRunEvents;
  readonly stdout: OutputWindow;
  readonly stderr: OutputWindow;
  readonly notices: readonly string[];
}

function watch(maxBytes: number, { onProgress }: ServedCall): Watched {
  const stdout = new OutputWindow(maxBytes);
  const stderr = new OutputWindow(maxBytes);
  const notices: string[] = [];
  let toldAtMs = 0;
  const events: CodeRunEvents = {
    onPhase: onProgress,
    onNotice: (text) => notices.push(text),
    onOutput: (stream, bytes) => {
      (stream === 'stdout' ? stdout : stderr).push(bytes);
      if (Date.now() - toldAtMs < PROGRESS_PAUSE_MS) return;
      toldAtMs = Date.now();
      onProgress(`Running, ${formatByteSize(stdout.totalBytes + stderr.totalBytes)} of output`);
    },
  };
  return { events, stdout, stderr, notices };
}
