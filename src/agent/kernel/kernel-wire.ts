/** Where a kernel writes its messages: one JSON text a line. */
export const KERNEL_OUTPUT_FD = 3;
/** Where a kernel reads its cells. */
export const KERNEL_INPUT_FD = 4;

/** One piece of code that a kernel is to run: a JSON text on a line of its own. */
export interface KernelCell {
  readonly cell: number;
  readonly code: string;
  readonly language: string;
  /** Variables of the environment for this cell alone. */
  readonly env: Readonly<Record<string, string>>;
}

/** What a kernel says. */
export type KernelMessage =
  | { readonly type: 'ready' }
  | { readonly type: 'stdout' | 'stderr'; readonly text: string }
  | {
      readonly type: 'result';
      /** Representations by the names of E2B's results: text, html, png, …. */
      readonly formats: Readonly<Record<string, unknown>>;
      readonly isMain: boolean;
    }
  | { readonly type: 'error'; readonly name: string; readonly value: string; readonly traceback: string }
  /** The cell is over; a kernel that is about to go says so. */
  | { readonly type: 'end'; readonly cell: number; readonly isLast: boolean };
