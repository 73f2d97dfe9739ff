import type { ErrorJson } from '../core/errors.ts';

export interface SandboxRef {
  readonly id: string;
  readonly name: string;
  readonly provider: 'embedded' | 'e2b';
  readonly isolation: string;
}

export type RunPhase = 'plan' | 'sandbox' | 'upload' | 'start';

/** What happens in one run, in order; `finished` comes last. Bytes are exactly those that the script wrote. */
export type RunEvent =
  | { readonly type: 'phase'; readonly phase: RunPhase; readonly text: string }
  | { readonly type: 'notice'; readonly text: string; readonly hint?: string | undefined }
  | { readonly type: 'started'; readonly runId: string; readonly sandbox: SandboxRef; readonly pid: number }
  | { readonly type: 'stdout' | 'stderr'; readonly data: Buffer }
  | ({ readonly type: 'finished' } & RunResult);

/** What is told about a run besides its bytes and its end. */
export type ShownEvent = Exclude<RunEvent, { type: 'stdout' | 'stderr' | 'finished' }>;

export interface ToolCallSummary {
  readonly tool: string;
  readonly durationMs: number;
  /** `ok`, or the code that it failed with. */
  readonly outcome: string;
}

/** Files of the sandbox that came back after the run. */
export interface PulledFiles {
  /** Absolute local directory. */
  readonly to: string;
  readonly files: number;
  readonly bytes: number;
  /** Below `to`; the first 1000. */
  readonly paths: readonly string[];
}

export interface RunResult {
  readonly runId: string;
  readonly exitCode: number;
  /** The signal that ended the script, if one did. */
  readonly signal?: string | undefined;
  readonly sandbox: SandboxRef;
  /** The calls of tools that the script made, the first of them; undefined when it made none. */
  readonly toolCalls?: readonly ToolCallSummary[] | undefined;
  /** What the sandbox came to in that time, in dollars: an estimate, 0 on this machine. */
  readonly costEstimateUsd?: number | undefined;
  /** What `--pull` brought back. */
  readonly pulled?: PulledFiles | undefined;
  /** Milliseconds per phase, and `total`. */
  readonly timingsMs: Readonly<Record<string, number>>;
}

/** One line of `iris run --json`; `v` grows when a field changes its meaning. */
export type RunEventJson =
  | { v: 1; type: 'phase' | 'notice'; text: string; phase?: string; hint?: string | undefined }
  | { v: 1; type: 'started'; runId: string; sandbox: SandboxRef; pid: number }
  | { v: 1; type: 'stdout' | 'stderr'; data: string; encoding: 'utf8' | 'base64' }
  | { v: 1; type: 'error'; error: ErrorJson }
  | {
      v: 1;
      type: 'exit';
      origin: 'script' | 'iris';
      code: number;
      signal?: string | undefined;
      runId?: string | undefined;
      timingsMs?: Readonly<Record<string, number>>;
      costEstimateUsd?: number | undefined;
      pulled?: PulledFiles | undefined;
    };
