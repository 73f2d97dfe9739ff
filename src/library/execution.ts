/** What one execution may be told; every field is optional. */
export interface ExecutionOptions {
  /** The sandbox that it shares with all executions of the same name; 1 to 64 letters, digits, dots, dashes or underscores. */
  readonly session?: string | undefined;
  /** What the script finds in `process.argv` from the third place on. */
  readonly args?: readonly string[] | undefined;
  /** The script's standard input; without it there is none. */
  readonly stdin?: string | Uint8Array | AsyncIterable<Uint8Array> | undefined;
  /** Milliseconds that the script may take, 0 for no limit; the executor's own limit where it is left out. */
  readonly timeoutMs?: number | undefined;
  /** Variables of the script; it sees none of this process. */
  readonly env?: Readonly<Record<string, string>> | undefined;
  /** Ends the script when it aborts; the execution then throws CANCELLED. */
  readonly signal?: AbortSignal | undefined;
}

/** What one execution of code may be told; every field is optional. */
export interface CodeOptions extends ExecutionOptions {
  /** What the code is called in the traces of its errors, such as `report.tsx`; the ending tells the language. */
  readonly fileName?: string | undefined;
}

/** One call of a tool that a script made. */
export interface ExecutedToolCall {
  readonly tool: string;
  readonly durationMs: number;
  /** `ok`, or the code that it failed with. */
  readonly outcome: string;
}

/** What became of an execution. */
export interface ExecutionResult {
  /** Whether the script ended with exit code 0. */
  readonly success: boolean;
  /** What the script wrote to its standard output. */
  readonly output: string;
  /** What the script wrote to its standard error. */
  readonly stderr: string;
  readonly exitCode: number;
  /** The signal that ended the script, if one did. */
  readonly signal?: string | undefined;
  /** Milliseconds from the call to the end of the script. */
  readonly executionTime: number;
  /** Both streams as lines. */
  readonly logs: { readonly stdout: readonly string[]; readonly stderr: readonly string[] };
  /** The calls of tools that the script made, the first 200 of them. */
  readonly toolCalls: readonly ExecutedToolCall[];
  /** What iris had to say of it. */
  readonly notices: readonly string[];
  /** Whether the middle of a stream was left out, for it is longer than `maxOutputBytes`. */
  readonly truncated: { readonly stdout: boolean; readonly stderr: boolean };
  readonly metadata: ExecutionMetadata;
  /** Why it is no success, in one line. */
  readonly error?: string | undefined;
}

/** Where an execution took place. */
export interface ExecutionMetadata {
  readonly runId: string;
  readonly sandboxId: string;
  readonly provider: 'embedded' | 'e2b';
  /** The wall around the sandbox, such as `bubblewrap` or `microvm`. */
  readonly isolation: string;
  readonly session: string;
  /** Milliseconds per phase, and `total`. */
  readonly timingsMs: Readonly<Record<string, number>>;
}

/** What happens in one execution, in order; `finished` comes last. Bytes are exactly those that the script wrote. */
export type ExecutionEvent =
  | { readonly type: 'stdout' | 'stderr'; readonly data: Buffer }
  | { readonly type: 'phase'; readonly text: string }
  | { readonly type: 'notice'; readonly text: string; readonly hint?: string | undefined }
  | { readonly type: 'finished'; readonly result: ExecutionResult };
