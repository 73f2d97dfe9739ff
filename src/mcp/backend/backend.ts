import type { CloseReport } from '../../contract/daemon-wire.ts';
import type { SandboxRow } from '../../contract/sandbox-wire.ts';
import type { RunResult } from '../../contract/run-event.ts';

/** One script to run: a file that lies on this machine. */
export interface CodeRun {
  readonly script: string;
  readonly args: readonly string[];
  readonly sandbox: string | undefined;
  readonly isFresh: boolean;
  readonly hasNetwork: boolean;
  readonly timeoutMs: number | undefined;
}

/** Takes what happens in a run; bytes are to be used before the call returns. */
export interface CodeRunEvents {
  readonly onOutput: (stream: 'stdout' | 'stderr', bytes: Uint8Array) => void;
  readonly onPhase: (text: string) => void;
  readonly onNotice: (text: string) => void;
}

/** What the MCP server needs done; who serves it decides where, and nothing of it starts before the first call. */
export interface McpBackend {
  callTool(tool: string, input: unknown, signal: AbortSignal): Promise<unknown>;
  runScript(run: CodeRun, events: CodeRunEvents, signal: AbortSignal): Promise<RunResult>;
  listSandboxes(signal: AbortSignal): Promise<readonly SandboxRow[]>;
  closeSandboxes(targets: readonly string[], signal: AbortSignal): Promise<CloseReport>;
  /** Puts code where its imports find the project, and gives the file to run; the code is gone after disposal. */
  placeCode(code: string): Promise<PlacedCode>;
}

export interface PlacedCode extends AsyncDisposable {
  readonly file: string;
}
