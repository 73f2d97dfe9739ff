/** What every command gets from the entry: where the build lies, and where to leave the exit code. */
export interface CliContext {
  readonly distDir: string;
  /** What was typed after `iris`. */
  readonly words: readonly string[];
  exitCode: number;
}
