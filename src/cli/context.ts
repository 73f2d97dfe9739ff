/** What every command gets from the entry: where the build lies, and where to leave the exit code. */
export interface CliContext {
  readonly distDir: string;
  exitCode: number;
}
