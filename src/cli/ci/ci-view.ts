import type { RunResult } from '../../contract/run-event.ts';

/** What a view of a pipeline has to know of a run. */
export interface CiRun {
  readonly script: string;
  readonly cwd: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Values that the log may not show. */
  readonly secrets: readonly string[];
}

/** What one kind of pipeline is told; each function gives lines for its log. */
export interface CiView {
  /** The variable that each step or job has a value of its own in. */
  readonly marker: string;
  /** Whether what a script writes could be taken for a command. */
  readonly isNeutralised: boolean;
  begin(): string;
  end(): string;
  finished(result: RunResult, stderr: string): string;
  failed(thrown: unknown): string;
}
