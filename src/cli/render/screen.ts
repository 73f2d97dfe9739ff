import type { ChalkInstance } from 'chalk';

/** What a view has to know of the place that it is shown in. */
export interface Screen {
  /** Columns of the terminal; undefined where the output goes to a file or a pipe, and nothing is cut. */
  readonly width: number | undefined;
  readonly paint: ChalkInstance;
  readonly nowMs: number;
}
